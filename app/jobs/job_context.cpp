#include "app/jobs/job_context.hpp"

#include <spdlog/spdlog.h>

namespace leadline {

GitHubClient JobContext::client(const Job& job) const {
  return {transport, tokens, app.urls, job.installation_id, job.repository};
}

std::string run_key(const Job& job) {
  const std::string asked =
      job.delivery_id.empty() ? "job-" + std::to_string(job.id) : job.delivery_id;
  return asked + "#" + std::to_string(job.pull_number);
}

bool accept_command(GitHubClient& client, const Job& job, spdlog::logger& logger) {
  const Permission permission = client.permission(job.sender);
  const bool accepted = permission == Permission::write || permission == Permission::admin;
  client.react(job.comment_id, job.review_comment, accepted ? "eyes" : "confused");
  logger.info("command of {} {}", job.sender,
              accepted ? "accepted" : "refused: no write permission");
  return accepted;
}

} // namespace leadline
