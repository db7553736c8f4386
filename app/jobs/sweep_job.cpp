#include "app/jobs/sweep_job.hpp"

#include "app/github/publication_log.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace leadline {

bool SweepJob::has_finished_check(GitHubClient& client, const PullRequest& pull) {
  const std::optional<Publication> publication =
      m_context.parts.log.load(client.repository(), pull.number);
  if (publication && publication->head_sha == pull.head_sha) {
    return true;
  }
  const std::vector<CheckRun> runs = client.check_runs(pull.head_sha, m_context.app.app_id);
  return !runs.empty() && runs.front().status == CheckStatus::completed;
}

void SweepJob::run(const Job& job) {
  GitHubClient client = m_context.client(job);
  int queued = 0;
  for (const PullRequest& pull : client.open_pulls()) {
    if (!job.again && has_finished_check(client, pull)) {
      continue;
    }
    Job found;
    found.kind = JobKind::pull_request;
    found.installation_id = client.installation_id();
    found.repository = job.repository;
    found.pull_number = pull.number;
    found.head_sha = pull.head_sha;
    found.reason = job.reason.empty() ? "found open" : job.reason;
    found.again = job.again;
    found.delivery_id = job.delivery_id;
    m_context.parts.queue.enqueue(found);
    ++queued;
  }
  m_context.parts.logger.info("swept, {} pull requests queued", queued);
}

} // namespace leadline
