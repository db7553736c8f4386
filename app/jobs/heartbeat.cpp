#include "app/jobs/heartbeat.hpp"

#include "app/jobs/job_log.hpp"
#include "app/jobs/running_jobs.hpp"
#include "app/jobs/settling.hpp"
#include "app/jobs/worker.hpp"

#include <spdlog/spdlog.h>

namespace leadline {
namespace {

// A thread that is over its time and does not even allocate is left behind.
constexpr std::chrono::seconds k_grace{60};

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

void beat(RunningJobs& running, Settling& settling, const WorkerOptions& options,
          const WorkerParts& parts, const std::function<void()>& replace_thread) {
  while (running.wait_for_beat(options.heartbeat)) {
    const auto too_old = std::chrono::steady_clock::now() - options.budget.time - k_grace;
    const RunningJobs::Leases stuck = running.abandon_begun_before(too_old);
    const RunningJobs::Leases alive = running.not_abandoned();
    for (std::size_t i = 0; i < stuck.size(); ++i) {
      replace_thread();
    }
    for (const auto& lease : stuck) {
      settling.bury_stuck(*lease);
    }
    for (const auto& lease : alive) {
      renew(running, parts.logger, *lease);
    }
  }
}

} // namespace leadline
