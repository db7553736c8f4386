#include "app/jobs/job_context.hpp"

#include "app/github/publication_log.hpp"
#include "app/jobs/merge_queue_ref.hpp"
#include "app/jobs/same_head.hpp"
#include "base/digest.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <charconv>

namespace leadline {
GitHubClient JobContext::client(const Job& job) const {
  return {transport, tokens, app.urls, job.installation_id, job.repository};
}

std::string run_key(const Job& job) {
  const std::string asked =
      job.delivery_id.empty() ? "job-" + std::to_string(job.id) : job.delivery_id;
  return asked + "#" + std::to_string(job.pull_number);
}

std::optional<int> pull_of(const std::string& run_key) {
  const std::size_t mark = run_key.rfind('#');
  int number = 0;
  const char* const end = run_key.data() + run_key.size();
  if (mark == std::string::npos) {
    return std::nullopt;
  }
  const auto [last, failed] = std::from_chars(run_key.data() + mark + 1, end, number);
  return failed == std::errc() && last == end && number >= 0 ? std::optional(number) : std::nullopt;
}

bool may_be_forgotten(const JobContext& context, const Job& job) {
  const FoundDatabase found = context.parts.log.found();
  return found.looked < found.at || job.asked_at < std::max(found.at, found.lost_come_until);
}

bool lost_come_again(const JobContext& context) {
  return context.parts.clock.now() < context.parts.log.found().lost_come_until;
}

bool is_under_way(JobQueue& queue, const Job& job) {
  const std::vector<JobRecord> standing = queue.standing(job);
  return std::any_of(standing.begin(), standing.end(),
                     [](const JobRecord& record) { return record.state != JobState::dead; });
}

Job job_for(const GitHubClient& client, const PullRequest& pull) {
  Job job;
  job.kind = JobKind::pull_request;
  job.installation_id = client.installation_id();
  job.repository = client.repository();
  job.pull_number = pull.number;
  job.head_sha = pull.head_sha;
  return job;
}

Job rerun_after(const Job& job, const std::string& reason) {
  Job rerun = job;
  rerun.id = 0;
  rerun.kind = JobKind::pull_request;
  rerun.head_sha.clear(); // the present one
  rerun.reason = reason;
  rerun.again = true;
  rerun.command.clear();
  rerun.comment_id = 0; // it has its receipt
  // Several commands of one comment come in one delivery, and each of them asks for a run of its
  // own.
  rerun.delivery_id += "." + sha256_hex(job.command).substr(0, 12);
  rerun.attempt = 1;
  return rerun;
}

Job once_more(const Job& job, const std::string& head_sha, const std::string& reason) {
  Job next = job;
  next.id = 0;
  next.head_sha = head_sha;
  next.label.clear();
  next.reason = reason;
  next.again = true;
  next.delivery_id += ".again"; // what it publishes is told from what the run has begun
  next.attempt = 1;
  return next;
}

void queue_by_head(const JobContext& context, GitHubClient& client, const Job& job) {
  const std::vector<PullRequest> pulls =
      open_pulls_of_head(client, numbers_of_head(context, client, job.head_sha), job.head_sha);
  if (job.kind == JobKind::command && pulls.size() > 1) {
    context.parts.logger.warn("{} open pull requests have this head: \"{}\" is for none of them",
                              pulls.size(), job.command);
    return;
  }
  for (const PullRequest& pull : pulls) {
    Job found = job;
    found.id = 0;
    found.pull_number = pull.number;
    found.comment_id = 0;
    context.parts.queue.enqueue(found);
  }
  if (pulls.empty() && job.kind == JobKind::pull_request) {
    for (const RemoteBranch& branch : client.branches_below(k_merge_queue_prefix)) {
      if (branch.commit == job.head_sha) {
        Job group = job;
        group.id = 0;
        group.kind = JobKind::merge_group;
        group.head_ref = branch.name;
        group.comment_id = 0;
        context.parts.queue.enqueue(group);
        context.parts.logger.info("a merge queue's group has this head");
        return;
      }
    }
  }
  context.parts.logger.info("{} open pull requests have this head", pulls.size());
}

} // namespace leadline
