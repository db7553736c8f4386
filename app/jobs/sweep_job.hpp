#pragma once

#include "app/jobs/job_context.hpp"

namespace leadline {

// Queues a job for each open pull request whose head has no finished check of ours, so that no
// required check is waited for without end; all of them when the sweep is asked for again, as after
// a change of the organisation's defaults; those whose base is another commit than the one they
// were judged against, as it may bring another configuration; and those that passed by an
// acknowledgement whose time is over. A
// check that has been in progress for longer than any job may take is lost: it is concluded as
// action_required, so that nobody waits for it while its pull request waits for its turn. A head
// whose verdict was asked for anew counts as unfinished until that one is there. The groups of a
// merge queue are found by their branches, in one call.
class SweepJob {
public:
  explicit SweepJob(const JobContext& context) : m_context(context) {}
  void run(const Job& job);

private:
  enum class Found { finished, missing, owed };

  Found look_at(GitHubClient& client, const PullRequest& pull);
  int queue_merge_groups(GitHubClient& client, const Job& job,
                         const std::vector<PullRequest>& pulls);
  Found look_at_group(GitHubClient& client, Job& group, const std::vector<PullRequest>& pulls);
  bool has_other_base(const std::string& repository, const PullRequest& pull);
  bool passed_by_ended_word(const std::string& repository, const PullRequest& pull);
  void end_if_lost(GitHubClient& client, const CheckRun& run);

  JobContext m_context;
};

} // namespace leadline
