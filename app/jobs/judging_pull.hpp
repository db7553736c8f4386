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

// What the default branch's configuration makes of a head against a base, which several pull
// requests may have; nothing is set aside.
struct StrictAnalysis {
  std::string base_sha; // "" nothing was analysed yet
  Analysis analysis;
};

// A check belongs to a commit, which may go into the default branch as well, by a pull request that
// is opened in the next moment: one into another branch, whose configuration may be anybody's, has
// to pass by that of the default branch too, as of what both have in common (policy_of_ref). Where
// it does not, that verdict takes the place of `judged`; where it does, the words by which it does
// are added to those of `judged`. Costs a request of git, and another analysis where the
// configurations differ, unless `kept` has it, which keeps it.
void hold_to_default_branch(const JobContext& context, GitHubClient& client,
                            const PullRequest& pull, const Publication& publication,
                            const CommitAuthors& commits, StrictAnalysis& kept, Judged& judged);

// How the check and the comments of `job` speak of `pull`.
RunContext run_context(const JobContext& context, const Job& job, const PullRequest& pull);

Acknowledgement::Time now_of(const JobContext& context);

} // namespace leadline
