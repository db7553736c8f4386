#pragma once

#include "app/github/publication_log.hpp"
#include "app/jobs/job_context.hpp"

namespace leadline {

// Queues a job for each open pull request whose head has no finished check of ours, so that no
// required check is waited for without end; those whose base is another commit than the one they
// were judged against, as it may bring another configuration; those that were judged by other
// defaults of the organisation; those whose override label is another one now than the verdict went
// by, as the event of it may be lost; and those that passed by an acknowledgement whose time is
// over. A
// check that has been in progress for longer than any job may take is lost: it is concluded as
// action_required, so that nobody waits for it while its pull request waits for its turn. A head
// whose verdict was asked for anew counts as unfinished until that one is there, and so does one
// with a check that was shown as queued and has no run. One that GitHub gave up as stale, after 14
// days, is none. After thirty pages of a hundred
// pull requests another sweep goes on. The groups of a merge queue are found by their branches, in
// one call; a sweep with a head_ref (k_merge_queue_prefix) looks at nothing else, one of
// lost_checks.hpp ends a check.
class SweepJob {
public:
  explicit SweepJob(const JobContext& context) : m_context(context) {}
  void run(const Job& job);

private:
  void look_at_groups_alone(const Job& job);
  enum class Found { finished, missing, owed };

  int queue_open_pulls(GitHubClient& client, const Job& job);
  void add_moved_over(GitHubClient& client, int page_before, int reached,
                      std::vector<PullRequest>& pulls);
  void read_moved_bases(GitHubClient& client, const std::string& repository,
                        std::vector<PullRequest>& pulls);
  bool queue_if_unfinished(GitHubClient& client, const Job& job, const PullRequest& pull,
                           bool words_end);
  Found look_at(GitHubClient& client, const PullRequest& pull, const Publication& publication);
  std::string reason_again(GitHubClient& client, const Job& job, const PullRequest& pull,
                           const Publication& publication, bool words_end);
  int queue_merge_groups(GitHubClient& client, const Job& job,
                         const std::vector<RemoteBranch>& branches);
  Found look_at_group(GitHubClient& client, Job& group);
  std::string reason_again(GitHubClient& client, const Job& group);
  bool judged_by_others(GitHubClient& client, const std::string& defaults);
  bool passed_by_ended_word(const std::string& repository, const PullRequest& pull);
  void end_if_lost(GitHubClient& client, const CheckRun& run);

  JobContext m_context;
};

} // namespace leadline
