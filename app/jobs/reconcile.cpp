#include "app/jobs/reconcile.hpp"

#include "app/github/app_api.hpp"
#include "app/jobs/job_handlers.hpp"
#include "base/error.hpp"

#include <spdlog/spdlog.h>

namespace leadline {

std::size_t reconcile(AppApi& api, JobQueue& queue, spdlog::logger& logger) {
  std::size_t repositories = 0;
  for (const std::int64_t installation : api.installations()) {
    try {
      for (const std::string& repository : api.repositories(installation)) {
        Job sweep;
        sweep.kind = JobKind::sweep;
        sweep.installation_id = installation;
        sweep.repository = repository;
        sweep.reason = k_reconcile_reason;
        queue.enqueue(sweep);
        ++repositories;
      }
    } catch (const Error& e) {
      logger.warn("installation {} is passed over: {}", installation, e.what());
    }
  }
  return repositories;
}

} // namespace leadline
