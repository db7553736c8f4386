#include "app/jobs/job_context.hpp"

#include <spdlog/spdlog.h>

namespace leadline {

GitHubClient JobContext::client(const Job& job) const {
  return {transport, tokens, app.urls, job.installation_id, job.repository};
}

std::string log_keys(const Job& job) {
  return "delivery=" + job.delivery_id + " repo=" + job.repository +
         " pr=" + std::to_string(job.pull_number) + " sha=" + job.head_sha;
}

std::string run_key(const Job& job) {
  return job.delivery_id.empty() ? "job-" + std::to_string(job.id) : job.delivery_id;
}

bool accept_command(GitHubClient& client, const Job& job, spdlog::logger& logger) {
  const Permission permission = client.permission(job.sender);
  const bool accepted = permission == Permission::write || permission == Permission::admin;
  client.react(job.comment_id, job.review_comment, accepted ? "eyes" : "confused");
  logger.info("{} command of {} {}", log_keys(job), job.sender,
              accepted ? "accepted" : "refused: no write permission");
  return accepted;
}

} // namespace leadline
