#include "app/jobs/job_handlers.hpp"

#include <spdlog/spdlog.h>

namespace leadline {
namespace {

// Knows no kind of job yet: every job is given up, which is logged and never green.
class JobHandlers final : public JobHandler {
public:
  explicit JobHandlers(spdlog::logger& logger) : m_logger(logger) {}

  void run(const Job& job) override {
    throw Error(ErrorKind::bad_input, "no handler for a job of " + job.repository);
  }

  void give_up(const Job& job, const std::string& why) noexcept override {
    m_logger.error("gave up job {} of {}: {}", job.id, job.repository, why);
  }

private:
  spdlog::logger& m_logger;
};

} // namespace

std::unique_ptr<JobHandler> make_job_handler(const GitHubApp&, const JobHandlerParts& parts) {
  return std::make_unique<JobHandlers>(parts.logger);
}

} // namespace leadline
