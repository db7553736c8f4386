#include "app/jobs/group_range.hpp"

#include "app/github/publication_log.hpp"
#include "app/jobs/job_context.hpp"
#include "app/jobs/merge_queue_ref.hpp"
#include "app/jobs/policy_of_pull.hpp"
#include "app/jobs/stored_report.hpp"
#include "base/error.hpp"

#include <algorithm>

namespace leadline {
namespace {

std::optional<StoredReport> stored_report(const JobContext& context, const Job& job) {
  const auto stored = context.parts.log.load_report(job.repository, k_no_pull, job.head_sha);
  return stored ? std::optional(parse_stored_report(*stored)) : std::nullopt;
}

// As its event said, or its branch does, or as an earlier run knew, or else the tip of the branch.
void find_base(const JobContext& context, const Job& job, const std::optional<MergeQueueRef>& ref,
               const std::string& tip, GroupRange& range) {
  const std::optional<StoredReport> stored = stored_report(context, job);
  range.told_base = job.base_sha.empty() && stored ? stored->group_base : job.base_sha;
  for (const std::string& base :
       {range.told_base, ref ? ref->base_sha : "", stored ? stored->range.base : "", tip}) {
    if (!base.empty()) {
      range.base_sha = base;
      return;
    }
  }
  throw Error(ErrorKind::not_found, "the base of merge group " + job.head_sha + " is not known");
}

// The branch may have grown since, by this group too, and may be another one altogether.
std::string common_commit(const JobContext& context, GitHubClient& client, const Job& job,
                          const std::string& tip, const std::string& base_sha) {
  const std::string url = context.app.urls.git_url(client.repository());
  return with_git_token(client, TokenScope::usual, [&](const Secret& token) {
    // The history of the head has the base, also where no branch has it any more.
    const auto repository =
        context.parts.git.fetch(client.repository(), {url, token}, {tip, job.head_sha});
    return repository->resolve(tip + "..." + base_sha).merge_base;
  });
}

// Each group's branch names its pull request and what the group stands on.
void find_pulls(const MergeQueue& queue, const MergeQueueRef& own, GroupRange& range) {
  range.pulls = {own.pull_number};
  std::string at = range.base_sha;
  while (at != range.from && range.pulls.size() <= queue.groups.size()) {
    const auto before = std::find_if(queue.groups.begin(), queue.groups.end(),
                                     [&](const RemoteBranch& group) { return group.commit == at; });
    const std::optional<MergeQueueRef> ref =
        before != queue.groups.end()
            ? parse_merge_queue_ref(groups_of(own.base) + "/" + before->name)
            : std::nullopt;
    if (!ref) {
      return;
    }
    range.pulls.insert(range.pulls.begin(), ref->pull_number);
    at = ref->base_sha;
  }
  range.pulls_known = at == range.from;
}

} // namespace

GroupRange range_of_group(const JobContext& context, GitHubClient& client, const Job& job) {
  const std::optional<MergeQueueRef> ref = parse_merge_queue_ref(job.head_ref);
  GroupRange range;
  range.branch = ref ? ref->base : std::string();
  const MergeQueue queue = client.merge_queue(range.branch, groups_of(range.branch));
  find_base(context, job, ref, queue.tip, range);
  // Else it may be no queue's: what it stands on would be for who made its branch to say.
  const bool told = ref && !range.told_base.empty();
  range.strategy = told ? queue.strategy : MergingStrategy::unknown;
  range.from = queue.tip.empty() || queue.tip == range.base_sha
                   ? range.base_sha
                   : common_commit(context, client, job, queue.tip, range.base_sha);
  if (ref) {
    find_pulls(queue, *ref, range);
  }
  return range;
}

} // namespace leadline
