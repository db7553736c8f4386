#pragma once

#include "app/jobs/job_context.hpp"

namespace leadline {

// Queues a job for each open pull request whose head has no finished check of ours, so that no
// required check is waited for without end; all of them when the sweep is asked for again, as after
// a change of the configuration.
class SweepJob {
public:
  explicit SweepJob(const JobContext& context) : m_context(context) {}
  void run(const Job& job);

private:
  bool has_finished_check(GitHubClient& client, const PullRequest& pull);

  JobContext m_context;
};

} // namespace leadline
