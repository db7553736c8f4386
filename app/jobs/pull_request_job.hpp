#pragma once

#include "app/github/publication_log.hpp"
#include "app/jobs/job_context.hpp"
#include "app/jobs/outcome.hpp"

namespace leadline {

// Kind pull_request: from a head to a finished check, comments and a stored report.
// Closed pull requests and heads that are finished already cost one query of GraphQL. May be run
// again after any failure.
class PullRequestJob {
public:
  explicit PullRequestJob(const JobContext& context) : m_context(context) {}

  void run(const Job& job);

  // Of merge groups too. Concludes the check as action_required: an analysis that did not happen
  // must never look like a pass. `words` say why, for who waits for a verdict. Throws Error when
  // that cannot be done either.
  void give_up(const Job& job, const std::string& words);

private:
  template <typename Test>
  bool any_waits(const Job& job, Test test);
  bool verdict_is_asked_anew(const Job& job, const PullRequest& pull,
                             const std::string& override_label);
  bool another_head_waits(const Job& job, const PullRequest& pull);
  void run_pull(GitHubClient& client, const Job& job, const PullRequest& pull);
  PullRequest present_state(GitHubClient& client, const Job& job);
  void conclude(GitHubClient& client, const Job& job, const std::string& head_sha,
                const std::string& name, const std::string& words);
  Publication publication_of(const std::string& repository, int pull_number);
  void tell_findings(const Judged& judged);

  JobContext m_context;
};

} // namespace leadline
