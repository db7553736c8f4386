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

// As its event says, or its branch, or as an earlier run knew, or else the tip of the branch.
std::string base_of(const JobContext& context, const Job& job,
                    const std::optional<MergeQueueRef>& ref, const std::string& tip) {
  if (!job.base_sha.empty()) {
    return job.base_sha;
  }
  if (ref && !ref->base_sha.empty()) {
    return ref->base_sha;
  }
  if (const auto stored = context.parts.log.load_report(job.repository, k_no_pull, job.head_sha)) {
    if (const std::string base = parse_stored_report(*stored).range.base; !base.empty()) {
      return base;
    }
  }
  if (tip.empty()) {
    throw Error(ErrorKind::not_found, "the base of merge group " + job.head_sha + " is not known");
  }
  return tip;
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
  range.strategy = ref ? queue.strategy : MergingStrategy::unknown;
  range.base_sha = base_of(context, job, ref, queue.tip);
  range.from = queue.tip.empty() || queue.tip == range.base_sha
                   ? range.base_sha
                   : common_commit(context, client, job, queue.tip, range.base_sha);
  if (ref) {
    find_pulls(queue, *ref, range);
  }
  return range;
}

} // namespace leadline
