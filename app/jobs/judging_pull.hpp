#pragma once

#include "app/github/publication_log.hpp"
#include "app/jobs/commit_authors.hpp"
#include "app/jobs/job_context.hpp"
#include "app/jobs/outcome.hpp"

#include <functional>

namespace leadline {

// A pull request as its own run judges it, and as the run of another one with the same head does:
// first the diff, then what of it people have acknowledged there.

// Fetches and analyses; `configured` as in AnalysisRequest. Nothing is set aside yet.
Judged analyse_pull(const JobContext& context, GitHubClient& client, const PullRequest& pull,
                    const std::function<void(const RepositoryConfig&)>& configured);

// What was acknowledged of it, by a word or by its own override label, goes from the report.
void set_acknowledged_aside(const JobContext& context, GitHubClient& client,
                            const PullRequest& pull, const Publication& publication,
                            CommitAuthors commits, Judged& judged);

// How the check and the comments of `job` speak of `pull`.
RunContext run_context(const JobContext& context, const Job& job, const PullRequest& pull);

Acknowledgement::Time now_of(const JobContext& context);

} // namespace leadline
