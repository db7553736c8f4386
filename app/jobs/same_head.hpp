#pragma once

#include "app/github/messages.hpp"
#include "app/jobs/job.hpp"

namespace leadline {

struct JobContext;

// `pull` of `job` is closed: what it had to say about its head no longer blocks the other pull
// requests of that head, with which it shared a check. Those that have been judged are judged
// again, unless it was itself a pass. Known without asking GitHub.
void judge_same_head_again(const JobContext& context, const Job& job, const PullRequest& pull);

} // namespace leadline
