#include "app/jobs/heartbeat.hpp"

#include "app/jobs/job_log.hpp"
#include "app/jobs/running_jobs.hpp"
#include "app/jobs/worker.hpp"

#include <spdlog/spdlog.h>

namespace leadline {
namespace {

void renew(RunningJobs& running, spdlog::logger& logger, Lease& lease) {
  const LogKeys keys = keys_of(lease.leased().job);
  const std::int64_t id = lease.leased().job.id;
  try {
    if (lease.renew()) {
      return;
    }
  } catch (const std::exception& e) {
    logger.error("job {}: heartbeat: {}", id, chain_of(e));
    return;
  }
  if (running.abandon(lease)) {
    logger.warn("job {}: its lease lapsed", id);
  }
}

} // namespace

void beat(RunningJobs& running, const WorkerOptions& options, const WorkerParts& parts,
          const std::function<void(const std::shared_ptr<Lease>&)>& replace_thread) {
  while (running.wait_for_beat(options.heartbeat)) {
    // A thread that is over its time and does not even allocate is left behind.
    const auto too_old =
        std::chrono::steady_clock::now() - options.budget.time - options.stuck_after;
    const RunningJobs::Leases stuck = running.abandon_begun_before(too_old);
    for (const auto& lease : running.not_abandoned()) {
      renew(running, parts.logger, *lease);
    }
    for (const auto& lease : stuck) {
      replace_thread(lease);
    }
  }
}

} // namespace leadline
