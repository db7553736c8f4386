#include "app/jobs/lost_checks.hpp"

#include "app/github/check_slots.hpp"
#include "app/github/messages_json.hpp"
#include "app/github/publication_log.hpp"
#include "app/jobs/job_context.hpp"
#include "app/jobs/merge_queue_ref.hpp"
#include "app/jobs/outcome.hpp"
#include "base/error.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace leadline {
namespace {

constexpr std::size_t k_most = 10'000; // looked at each time, the oldest first
constexpr const char* k_reason = "its run was lost";

// The job whose run the check is to show.
Job owner_of(const std::string& repository, int pull_number, const std::string& head_sha) {
  Job job;
  job.kind = pull_number != 0 ? JobKind::pull_request : JobKind::merge_group;
  job.repository = repository;
  job.pull_number = pull_number;
  job.head_sha = head_sha;
  job.reason = k_reason;
  return job;
}

std::optional<CheckRun> find_run(const JobContext& context, GitHubClient& client, const Job& job,
                                 std::int64_t id) {
  try {
    for (const CheckRun& run : client.check_runs(job.head_sha, context.app.app_id)) {
      if (id == k_check_run_intended || run.id == id) {
        return run;
      }
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) { // the commit is gone, and its checks with it
      throw;
    }
  }
  return std::nullopt;
}

// Queues the run of a merge queue's group once more; false where the group is gone.
bool judge_group_again(const JobContext& context, GitHubClient& client, Job group) {
  for (const RemoteBranch& branch : client.branches_below(k_merge_queue_prefix)) {
    if (branch.commit != group.head_sha) {
      continue;
    }
    group.head_ref = branch.name;
    for (const JobRecord& dead : context.parts.queue.standing(group)) {
      group.base_sha = dead.job.base_sha;
    }
    context.parts.queue.enqueue(group);
    return true;
  }
  return false;
}

void judge_again(const JobContext& context, Job run) {
  const auto publication = context.parts.log.load(run.repository, run.pull_number);
  // Else the head that the pull request has now decides whether there is anything to do.
  run.again = publication && publication->judged_head == run.head_sha;
  context.parts.queue.enqueue(run);
}

} // namespace

bool is_lost_check(const Job& job) {
  return job.kind == JobKind::sweep && job.head_ref == k_lost_check;
}

void forget_if_lost_check(PublicationLog& log, const Job& job) {
  if (is_lost_check(job)) {
    log.save_check_run(job.repository, job.head_sha, log.check_run(job.repository, job.head_sha),
                       {CheckRunState::Step::ended, "lost"});
  }
}

std::size_t queue_lost_checks(PublicationLog& log, JobQueue& queue, TimePoint now) {
  std::size_t lost = 0;
  for (const OpenCheckRun& open : log.open_check_runs(now - k_run_lost_after, k_most)) {
    const std::optional<int> number = pull_of(open.run_key);
    if (!number ||
        is_under_way(queue, owner_of(open.repository, *number, head_of_slot(open.head_sha)))) {
      continue;
    }
    Job end;
    end.kind = JobKind::sweep;
    end.repository = open.repository; // its installation is asked for
    end.pull_number = *number;
    end.head_sha = open.head_sha;
    end.head_ref = k_lost_check;
    end.reason = k_reason;
    if (queue.standing(end).empty()) { // one that died is tried again with the other sweeps
      queue.enqueue(end);
      ++lost;
    }
  }
  return lost;
}

void end_lost_check(const JobContext& context, GitHubClient& client, const Job& job) {
  PublicationLog& log = context.parts.log;
  const std::string& row = job.head_sha;
  Job run = owner_of(job.repository, job.pull_number, head_of_slot(row));
  run.installation_id = client.installation_id();
  const std::int64_t id = log.check_run(job.repository, row);
  const CheckRunState state = log.check_run_state(job.repository, row);
  if (id == 0 || state.step == CheckRunState::Step::ended ||
      is_under_way(context.parts.queue, run)) {
    return;
  }
  const std::optional<CheckRun> found = find_run(context, client, run, id);
  const std::string end_key = "lost " + state.run_key; // ours: a try before this one
  const bool completed = found && found->status == CheckStatus::completed;
  const bool ended = completed && found->external_id != end_key;
  if (!ended && run.kind == JobKind::merge_group && judge_group_again(context, client, run)) {
    context.parts.logger.warn("the run of a merge group's check was lost: it is judged again");
    return;
  }
  if (found && !completed) {
    CheckRunFields outcome = unfinished_outcome(
        "The run that began this check was lost before it came to its end; another one is queued.",
        found->external_id);
    outcome.external_id = end_key;
    outcome.status = CheckStatus::completed;
    outcome.completed_at = iso_time(context.parts.clock.now());
    client.update_check_run(found->id, outcome);
    context.parts.logger.warn("check={} has lost its run, concluded", found->id);
  }
  log.save_check_run(
      job.repository, row, found ? found->id : 0,
      {CheckRunState::Step::ended, ended ? found->external_id : end_key, state.name});
  if (!ended && run.kind == JobKind::pull_request) {
    judge_again(context, run);
  }
}

} // namespace leadline
