#include "app/jobs/sweep_job.hpp"

#include "app/github/messages_json.hpp"
#include "app/github/publication_log.hpp"
#include "app/jobs/acknowledgement.hpp"
#include "app/jobs/expired_words.hpp"
#include "app/jobs/merge_queue_ref.hpp"
#include "app/jobs/outcome.hpp"
#include "app/jobs/stored_report.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace leadline {
namespace {

constexpr std::chrono::hours k_lost_after{1};

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

} // namespace

SweepJob::Found SweepJob::look_at(GitHubClient& client, const PullRequest& pull) {
  const std::optional<Publication> publication =
      m_context.parts.log.load(client.repository(), pull.number);
  if (publication && publication->owed_head == pull.head_sha) {
    // Its check, if there is one, is older, or was begun by a run that did not come to its end.
    return is_under_way(m_context.parts.queue, job_for(client, pull)) ? Found::finished
                                                                      : Found::owed;
  }
  if (publication &&
      (publication->head_sha == pull.head_sha || publication->judged_head == pull.head_sha)) {
    return Found::finished;
  }
  const std::vector<CheckRun> runs = client.check_runs(pull.head_sha, m_context.app.app_id);
  if (!runs.empty() && runs.front().status != CheckStatus::completed) {
    end_if_lost(client, runs.front());
  }
  return !runs.empty() && runs.front().status == CheckStatus::completed ? Found::finished
                                                                        : Found::missing;
}

// The groups that a merge queue waits for, one branch each. An event whose job died, or that never
// came, is not sent again, and the queue throws the pull request out after its time.
int SweepJob::queue_merge_groups(GitHubClient& client, const Job& job,
                                 const std::vector<PullRequest>& pulls) {
  int queued = 0;
  for (const RemoteBranch& branch : client.branches_below(k_merge_queue_prefix)) {
    Job group;
    group.kind = JobKind::merge_group;
    group.installation_id = client.installation_id();
    group.repository = job.repository;
    group.head_sha = branch.commit;
    group.head_ref = branch.name;
    group.reason = "merge queue, found without a check";
    group.delivery_id = job.delivery_id;
    if (look_at_group(client, group, pulls) != Found::finished) {
      m_context.parts.queue.enqueue(group);
      ++queued;
    }
  }
  return queued;
}

SweepJob::Found SweepJob::look_at_group(GitHubClient& client, Job& group,
                                        const std::vector<PullRequest>& pulls) {
  const CheckRunState state = m_context.parts.log.check_run_state(group.repository, group.head_sha);
  if (state.step == CheckRunState::Step::ended || is_under_way(m_context.parts.queue, group)) {
    return Found::finished;
  }
  const std::vector<CheckRun> runs = client.check_runs(group.head_sha, m_context.app.app_id);
  if (!runs.empty() && runs.front().status == CheckStatus::completed) {
    return Found::finished;
  }
  for (const JobRecord& dead : m_context.parts.queue.standing(group)) {
    group.base_sha = dead.job.base_sha;
  }
  const auto ref = parse_merge_queue_ref(group.head_ref);
  const auto pull = std::find_if(pulls.begin(), pulls.end(), [&](const PullRequest& each) {
    return ref && each.number == ref->pull_number;
  });
  if (group.base_sha.empty() && pull != pulls.end()) {
    group.base_sha = pull->base_sha; // the whole of what the queue would merge, or more
  }
  return group.base_sha.empty() ? Found::finished : Found::missing;
}

bool SweepJob::has_other_base(const std::string& repository, const PullRequest& pull) {
  const std::optional<Publication> publication = m_context.parts.log.load(repository, pull.number);
  return publication && publication->judged_head == pull.head_sha &&
         !publication->base_sha.empty() && !pull.base_sha.empty() &&
         publication->base_sha != pull.base_sha;
}

bool SweepJob::passed_by_ended_word(const std::string& repository, const PullRequest& pull) {
  const std::optional<std::string> stored =
      m_context.parts.log.load_report(repository, pull.number, pull.head_sha);
  if (!stored) {
    return false;
  }
  const auto until = parse_stored_report(*stored).acknowledged_until;
  return until != Acknowledgement::Time{} && until <= m_context.parts.clock.now();
}

void SweepJob::end_if_lost(GitHubClient& client, const CheckRun& run) {
  const auto now = m_context.parts.clock.now();
  if (!run.started_at || now - *run.started_at < k_lost_after) {
    return;
  }
  CheckRunFields outcome = unfinished_outcome(
      "The run that began this check has not ended; another one is queued.", run.external_id);
  outcome.status = CheckStatus::completed;
  outcome.completed_at = iso_time(now);
  client.update_check_run(run.id, outcome);
  m_context.parts.logger.warn("check={} was in progress for too long, concluded", run.id);
}

void SweepJob::run(const Job& job) {
  GitHubClient client = m_context.client(job);
  int queued = 0;
  // Few repositories have one; then the stored reports need not be read.
  const std::vector<Acknowledgement> words =
      m_context.parts.acknowledgements.acknowledgements(job.repository);
  const bool words_end = std::any_of(words.begin(), words.end(), [](const Acknowledgement& word) {
    return word.until != Acknowledgement::Time{};
  });
  const std::vector<PullRequest> pulls = client.open_pulls();
  for (const PullRequest& pull : pulls) {
    const bool ended = words_end && passed_by_ended_word(job.repository, pull);
    const bool moved = has_other_base(job.repository, pull);
    const Found state = job.again || ended || moved ? Found::owed : look_at(client, pull);
    if (state == Found::finished) {
      continue;
    }
    Job found = job_for(client, pull);
    const std::string asked = job.reason.empty() ? "found open" : job.reason;
    found.reason = job.again ? asked
                   : ended   ? k_word_ended_reason
                   : moved   ? "its base has moved"
                             : asked;
    found.again = state == Found::owed;
    found.delivery_id = job.delivery_id;
    m_context.parts.queue.enqueue(found);
    ++queued;
  }
  const int groups = queue_merge_groups(client, job, pulls);
  m_context.parts.logger.info("swept, {} pull requests and {} merge groups queued", queued, groups);
}

} // namespace leadline
