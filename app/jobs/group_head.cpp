#include "app/jobs/group_head.hpp"

#include "app/github/clock.hpp"
#include "app/jobs/group_range.hpp"
#include "app/jobs/job_context.hpp"
#include "app/jobs/policy_of_pull.hpp"
#include "app/jobs/stored_report.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace leadline {
namespace {

constexpr std::string_view k_branches = "refs/heads/";
constexpr std::chrono::seconds k_replication{2};

std::optional<MergeQueueRef> listed_group(const JobContext& context, GitHubClient& client,
                                          const std::string& head_sha) {
  const std::string url = context.app.urls.git_url(client.repository());
  const std::string below = std::string(k_branches) + k_merge_queue_prefix + "/";
  const std::vector<std::string> names =
      with_git_token(client, TokenScope::usual, [&](const Secret& token) {
        return context.parts.git.refs_at({url, token}, below, head_sha);
      });
  for (const std::string& name : names) {
    if (auto group = parse_merge_queue_ref(std::string_view(name).substr(k_branches.size()))) {
      return group;
    }
  }
  return std::nullopt;
}

// Only an event tells what a group stands on.
bool was_told_of(const JobContext& context, const std::string& repository,
                 const std::string& head_sha) {
  const auto stored = context.parts.log.load_report(repository, k_no_pull, head_sha);
  if (stored && !parse_stored_report(*stored).group_base.empty()) {
    return true;
  }
  Job group;
  group.kind = JobKind::merge_group;
  group.repository = repository;
  group.head_sha = head_sha;
  const std::vector<JobRecord> standing = context.parts.queue.standing(group);
  return std::any_of(standing.begin(), standing.end(),
                     [](const JobRecord& record) { return !record.job.base_sha.empty(); });
}

bool goes_first(GitHubClient& client, const MergeQueueRef& group, const PullRequest& pull) {
  return group.base == pull.base_ref ||
         (group.base == pull.default_branch &&
          client.permission({pull.author_id, pull.author}) < Permission::write);
}

} // namespace

bool has_group(const JobContext& context, GitHubClient& client, const std::string& head_sha) {
  return listed_group(context, client, head_sha).has_value();
}

std::optional<MergeQueueRef> told_group(const JobContext& context, GitHubClient& client,
                                        const std::string& head_sha, Ask ask) {
  if (!was_told_of(context, client.repository(), head_sha)) {
    return std::nullopt;
  }
  if (ask == Ask::api) {
    for (const RemoteBranch& branch : client.branches_below(k_merge_queue_prefix)) {
      if (branch.commit == head_sha) {
        return parse_merge_queue_ref(branch.name);
      }
    }
    return std::nullopt;
  }
  auto group = listed_group(context, client, head_sha);
  if (group) {
    context.parts.clock.sleep_for(k_replication);
    group = listed_group(context, client, head_sha);
  }
  return group;
}

bool leave_to_group(const JobContext& context, GitHubClient& client, const MergeQueueRef& group,
                    const PullRequest& pull, Publication& publication) {
  if (publication.judged_head == pull.head_sha || !goes_first(client, group, pull)) {
    return false;
  }
  PublicationLog& log = context.parts.log;
  publication.owed_head = pull.head_sha; // a sweep finds it, whatever becomes of the group's end
  log.save(client.repository(), pull.number, publication);
  log.change(client.repository(), 0, [&](Publication& facts) {
    std::vector<int>& left = facts.left_to_groups;
    std::erase(left, pull.number);
    if (left.size() >= k_most_left_to_groups) {
      left.erase(left.begin());
    }
    left.push_back(pull.number);
  });
  context.parts.logger.info("head={} is a merge queue's group: judged when that is gone",
                            pull.head_sha);
  return true;
}

void judge_left(const JobContext& context, const Job& job,
                const std::vector<RemoteBranch>& groups) {
  PublicationLog& log = context.parts.log;
  std::vector<int> told = log.load(job.repository, 0).value_or(Publication()).left_to_groups;
  std::erase_if(told, [&](int number) {
    const auto publication = log.load(job.repository, number);
    return publication && std::any_of(groups.begin(), groups.end(), [&](const RemoteBranch& group) {
             return group.commit == publication->owed_head;
           });
  });
  if (told.empty()) {
    return;
  }
  for (const int number : told) {
    Job run;
    run.kind = JobKind::pull_request;
    run.installation_id = job.installation_id;
    run.repository = job.repository;
    run.pull_number = number;
    run.reason = "a merge queue's group is gone";
    run.again = true;
    run.delivery_id = job.delivery_id;
    context.parts.queue.enqueue(run);
  }
  log.change(job.repository, 0, [&](Publication& now) {
    std::erase_if(now.left_to_groups, [&](int number) {
      return std::find(told.begin(), told.end(), number) != told.end();
    });
  });
}

} // namespace leadline
