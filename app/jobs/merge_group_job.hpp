#pragma once

#include "app/jobs/job_context.hpp"
#include "app/jobs/outcome.hpp"

#include <string>

namespace leadline {

struct GroupRange;

// Kind merge_group: what a merge queue's group holds beyond the branch that it is to be merged
// into, judged on its own head with what stands before it in the queue (group_range.hpp). Where the
// queue merges no entry that fails, what those before it bring alone is left to their own checks,
// or one of them would have the others thrown out too. What was acknowledged holds there
// (group_words.hpp). May be run again after any failure.
class MergeGroupJob {
public:
  explicit MergeGroupJob(const JobContext& context) : m_context(context) {}

  void run(const Job& job);

private:
  Analysis analyse(GitHubClient& client, AnalysisRequest request, const std::string& from,
                   const std::string& to);
  Judged judge(GitHubClient& client, const AnalysisRequest& request, GroupRange& range,
               const std::string& head_sha);

  JobContext m_context;
};

} // namespace leadline
