#pragma once

#include "app/jobs/analysis.hpp"
#include "app/jobs/job_context.hpp"

namespace leadline {

// Kinds pull_request and merge_group: from a head to a finished check, comments and a stored
// report. Closed pull requests and heads that are finished already cost one call. May be run again
// after any failure.
class PullRequestJob {
public:
  explicit PullRequestJob(const JobContext& context) : m_context(context) {}

  void run(const Job& job);

  // Concludes the check as action_required: an analysis that did not happen must never look like a
  // pass. Throws Error when that cannot be done either.
  void give_up(const Job& job, const std::string& why);

private:
  void run_pull(GitHubClient& client, const Job& job, const PullRequest& pull);
  void run_merge_group(GitHubClient& client, const Job& job);
  void queue_by_head(GitHubClient& client, const Job& job);
  PullRequest present_state(GitHubClient& client, const Job& job);
  Analysis analyse(GitHubClient& client, const PullRequest& pull);
  void judge_same_head(GitHubClient& client, const Job& job, const PullRequest& pull,
                       const Conversation& conversation, CheckRunFields& outcome);

  JobContext m_context;
};

} // namespace leadline
