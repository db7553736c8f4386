#include "app/jobs/sweep_job.hpp"

#include "app/github/messages_json.hpp"
#include "app/github/publication_log.hpp"
#include "app/jobs/acknowledgement.hpp"
#include "app/jobs/expired_words.hpp"
#include "app/jobs/outcome.hpp"
#include "app/jobs/stored_report.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace leadline {
namespace {

constexpr std::chrono::hours k_lost_after{1};

} // namespace

bool SweepJob::has_finished_check(GitHubClient& client, const PullRequest& pull) {
  const std::optional<Publication> publication =
      m_context.parts.log.load(client.repository(), pull.number);
  if (publication && publication->head_sha == pull.head_sha) {
    return true;
  }
  const std::vector<CheckRun> runs = client.check_runs(pull.head_sha, m_context.app.app_id);
  if (!runs.empty() && runs.front().status != CheckStatus::completed) {
    end_if_lost(client, runs.front());
  }
  return !runs.empty() && runs.front().status == CheckStatus::completed;
}

bool SweepJob::has_other_base(const std::string& repository, const PullRequest& pull) {
  const std::optional<Publication> publication = m_context.parts.log.load(repository, pull.number);
  return publication && publication->head_sha == pull.head_sha && !publication->base_sha.empty() &&
         !pull.base_sha.empty() && publication->base_sha != pull.base_sha;
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
  for (const PullRequest& pull : client.open_pulls()) {
    const bool ended = words_end && passed_by_ended_word(job.repository, pull);
    const bool moved = has_other_base(job.repository, pull);
    if (!job.again && !ended && !moved && has_finished_check(client, pull)) {
      continue;
    }
    Job found;
    found.kind = JobKind::pull_request;
    found.installation_id = client.installation_id();
    found.repository = job.repository;
    found.pull_number = pull.number;
    found.head_sha = pull.head_sha;
    const std::string asked = job.reason.empty() ? "found open" : job.reason;
    found.reason = job.again ? asked
                   : ended   ? k_word_ended_reason
                   : moved   ? "its base has moved"
                             : asked;
    found.again = job.again || ended || moved;
    found.delivery_id = job.delivery_id;
    m_context.parts.queue.enqueue(found);
    ++queued;
  }
  m_context.parts.logger.info("swept, {} pull requests queued", queued);
}

} // namespace leadline
