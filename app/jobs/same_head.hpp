#pragma once

#include "app/github/messages.hpp"
#include "app/github/publication_log.hpp"
#include "app/jobs/job.hpp"

#include <string>
#include <vector>

namespace leadline {

class GitHubClient;
struct JobContext;
struct Judged;

// A check belongs to a head and not to a pull request: a second one of the same head, against a
// base that has the risky change already, would turn the first one green. A check passes only when
// all open pull requests of its head do.

// The numbers of the pull requests that have this head, those of forks and closed ones too, lowest
// first: refs/pull/N/head, as git lists them. The API tells of none of a fork's by its head.
std::vector<int> numbers_of_head(const JobContext& context, GitHubClient& client,
                                 const std::string& head_sha);
// Those of `numbers` that are open and have this head; of more than 1,000 the newest.
std::vector<PullRequest> open_pulls_of_head(GitHubClient& client, std::vector<int> numbers,
                                            const std::string& head_sha);

// Judges the others that have the head of `pull`, whose own verdict is `own`, where `outcome` is a
// success, and puts the first one that does not pass in its place. What cannot be told is
// action_required, and so is the head of a merge queue's group that has not passed.
void judge_same_head(const JobContext& context, GitHubClient& client, const Job& job,
                     const PullRequest& pull, const Judged& own, CheckRunFields& outcome);

// Who has been judged with `head_sha` beside the pull request of `job`, or is about to be, is
// judged again; `name`: only those whose check is called so, "" all. Known without asking GitHub.
// How many.
int judge_sharers_again(const JobContext& context, const Job& job, const std::string& head_sha,
                        const std::string& name = {});

// Called with the new verdict of `pull` before it is stored: where it is another one than before,
// those whose check has another name than `name` have to be told of it.
void tell_other_names(const JobContext& context, const Job& job, const PullRequest& pull,
                      const std::string& name, const Judged& judged);

// The pull request has another head than it was judged with, or is closed: what it had to say about
// the head that it has left blocks nobody there any more, unless it was a pass. Said once, which
// `publication` remembers; it is saved.
void leave_heads(const JobContext& context, const Job& job, const PullRequest& pull,
                 Publication& publication);

} // namespace leadline
