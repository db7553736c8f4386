#pragma once

#include "app/jobs/job_context.hpp"
#include "app/jobs/outcome.hpp"

#include <optional>

namespace leadline {

struct MergeQueueRef;

// Kind merge_group: the combined diff of a merge queue's group, judged on its own head. What was
// acknowledged holds there too, by a label as long as the label is on the pull request that the
// group's branch names; where that one is not known, nobody can tell who wrote it, and nothing
// holds that its authors could not have said. A word about a secret, which is given for one head,
// counts for the group that the same pull request's head went into: the pull request that the
// group's branch names still has the head of the word, and the group changes the file of the
// finding by the same lines. May be run again after any failure.
class MergeGroupJob {
public:
  explicit MergeGroupJob(const JobContext& context) : m_context(context) {}

  void run(const Job& job);

private:
  std::string base_of(GitHubClient& client, const Job& job,
                      const std::optional<MergeQueueRef>& ref);
  void set_acknowledged_aside(GitHubClient& client, const Job& job,
                              const std::optional<MergeQueueRef>& ref, Judged& judged);
  ChangeSet changes_of(GitHubClient& client, const PullRequest& pull);

  JobContext m_context;
};

} // namespace leadline
