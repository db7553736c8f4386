#include "app/jobs/job_handlers.hpp"

#include "app/github/rate_limit.hpp"
#include "app/jobs/command_job.hpp"
#include "app/jobs/pull_request_job.hpp"
#include "app/jobs/sweep_job.hpp"

#include <spdlog/spdlog.h>

#include <random>

namespace leadline {
namespace {

class JobHandlers final : public JobHandler {
public:
  JobHandlers(GitHubApp app, const JobHandlerParts& parts)
      : m_app(std::move(app)), m_parts(parts),
        m_jwt(AppJwt::create(m_app.app_id, m_app.private_key)),
        m_transport(make_rate_limited(parts.transport, parts.clock, parts.logger, retry_options())),
        m_tokens(*m_transport, *m_jwt, parts.clock), m_context{m_app, m_parts, *m_transport,
                                                               m_tokens} {}

  void run(const Job& job) override {
    switch (job.kind) {
    case JobKind::pull_request:
    case JobKind::merge_group:
      PullRequestJob(m_context).run(job);
      break;
    case JobKind::sweep:
      SweepJob(m_context).run(job);
      break;
    case JobKind::command:
      CommandJob(m_context).run(job);
      break;
    }
  }

  void give_up(const Job& job, const std::string& why) noexcept override {
    try {
      if (job.kind == JobKind::pull_request || job.kind == JobKind::merge_group) {
        PullRequestJob(m_context).give_up(job, why);
      }
    } catch (const std::exception& error) {
      m_parts.logger.error("no check could say that the job failed: {}; it failed by: {}",
                           error.what(), why);
    }
  }

private:
  static RetryOptions retry_options() {
    RetryOptions options;
    options.jitter_seed = std::random_device()();
    return options;
  }

  const GitHubApp m_app;
  const JobHandlerParts m_parts;
  const std::unique_ptr<AppJwt> m_jwt;
  const std::unique_ptr<HttpTransport> m_transport;
  InstallationTokens m_tokens;
  const JobContext m_context;
};

} // namespace

std::unique_ptr<JobHandler> make_job_handler(const GitHubApp& app, const JobHandlerParts& parts) {
  return std::make_unique<JobHandlers>(app, parts);
}

} // namespace leadline
