#include "app/jobs/settling.hpp"

#include "app/github/clock.hpp"
#include "app/jobs/job_log.hpp"
#include "app/jobs/worker_name.hpp"

#include <spdlog/spdlog.h>

namespace leadline {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t k_max_taken_back = 10'000;
constexpr int k_tries_to_tell = 8; // of a failure that cannot be reported, longest_retry apart

} // namespace

TimePoint Settling::now() const {
  return std::chrono::time_point_cast<std::chrono::milliseconds>(m_parts.clock.now());
}

// Makes the failure visible; false when even that failed.
bool Settling::told(const Job& job, const std::string& why) {
  try {
    m_parts.handler.give_up(job, why);
    return true;
  } catch (const std::exception& e) {
    m_parts.logger.error("job {}: the failure could not be reported: {}", job.id, chain_of(e));
    wait_until_landed();
    return false;
  }
}

JobResult Settling::settle(const LeasedJob& leased, const Ending& ending) {
  try {
    return write_down(leased, ending);
  } catch (const std::exception& e) {
    m_parts.logger.error("job {}: writing its end down: {}", leased.job.id, chain_of(e));
  }
  return JobResult::lost;
}

JobResult Settling::write_down(const LeasedJob& leased, const Ending& ending) {
  const Job& job = leased.job;
  switch (ending.kind) {
  case Ending::Kind::done:
    return m_parts.store.finish(leased) ? JobResult::done : JobResult::lost;
  case Ending::Kind::closed: {
    const auto delay =
        m_parts.handler.closed_for(job) + retry_delay(m_options, 1, m_parts.random());
    m_parts.logger.warn("job {}: {}; put off for {} s", job.id, ending.why, delay.count() / 1000);
    return m_parts.store.put_off(leased, now() + delay) ? JobResult::retried : JobResult::lost;
  }
  case Ending::Kind::refused:
    m_parts.logger.error("job {}: {}: GitHub refuses this server; is its clock right, and its "
                         "key the App's? It takes no job for {} s",
                         job.id, ending.why, m_options.refused_pause.count() / 1000);
    return m_parts.store.release(leased) ? JobResult::retried : JobResult::lost;
  case Ending::Kind::unavailable: {
    const auto delay = retry_delay(m_options, job.attempt, m_parts.random());
    m_parts.logger.warn("job {}, try {}: {}; again in {} s", job.id, job.attempt, ending.why,
                        delay.count() / 1000);
    return m_parts.store.retry(leased, now() + delay, ending.why) ? JobResult::retried
                                                                  : JobResult::lost;
  }
  case Ending::Kind::failed:
  case Ending::Kind::bug:
    m_parts.logger.error("job {}: gave up: {}", job.id, ending.why);
    // First what people see: a crash in between repeats it, the other order would hide it.
    if (!told(job, ending.why) && job.attempt < m_options.max_attempts + k_tries_to_tell) {
      return m_parts.store.retry(leased, now() + m_options.longest_retry, ending.why)
                 ? JobResult::retried
                 : JobResult::lost;
    }
    return m_parts.store.bury(leased, ending.why, now()) ? JobResult::buried : JobResult::lost;
  }
  return JobResult::lost;
}

void Settling::hand_back(const std::vector<std::shared_ptr<Lease>>& leases) noexcept {
  // All first: the store may take its time with each.
  std::vector<const LeasedJob*> free;
  for (const auto& lease : leases) {
    const LogKeys keys = keys_of(lease->leased().job);
    if (lease->give_up()) {
      free.push_back(&lease->leased());
    } else {
      m_parts.logger.warn(
          "job {}: what it writes may not be at GitHub yet, so its lease has to lapse",
          lease->leased().job.id);
    }
  }
  for (const LeasedJob* leased : free) {
    const LogKeys keys = keys_of(leased->job);
    try {
      m_parts.store.release(*leased);
      m_parts.logger.warn("job {} of {}: handed back", leased->job.id, leased->job.repository);
    } catch (const std::exception& e) {
      m_parts.logger.error("job {}: handing it back: {}", leased->job.id, chain_of(e));
    }
  }
}

void Settling::bury_stuck(Lease& lease) noexcept {
  const LeasedJob& leased = lease.leased();
  const LogKeys keys = keys_of(leased.job);
  const UnderLease under(lease);
  const std::string why = "the analysis stood still for longer than its time";
  try {
    m_parts.logger.error("job {}: gave up: {}", leased.job.id, why);
    told(leased.job, why);
    m_parts.store.bury(leased, why, now());
  } catch (const std::exception& e) {
    m_parts.logger.error("job {}: writing its end down: {}", leased.job.id, chain_of(e));
  }
}

std::vector<LeasedJob> Settling::left_running() noexcept {
  std::vector<LeasedJob> left;
  try {
    for (const JobRecord& record : m_parts.store.jobs(JobState::running, k_max_taken_back)) {
      if (has_ended(record.worker)) {
        left.push_back({record.job, record.token, record.error});
      }
    }
  } catch (const std::exception& e) {
    m_parts.logger.error("looking for what was left running: {}", chain_of(e));
  }
  return left;
}

void Settling::take_back(const std::vector<LeasedJob>& left) noexcept {
  try {
    for (const LeasedJob& leased : left) {
      const Job& job = leased.job;
      const auto delay =
          job.attempt > 1 ? retry_delay(m_options, job.attempt - 1, m_parts.random()) : 0ms;
      const std::string why = "try " + std::to_string(job.attempt) +
                              " stopped without a word: its process was killed or crashed";
      const LogKeys keys = keys_of(job);
      if (m_parts.store.retry(leased, now() + delay, why)) {
        m_parts.logger.warn("job {} of {}: taken back, {}", job.id, job.repository, why);
      }
    }
  } catch (const std::exception& e) {
    m_parts.logger.error("taking back what was left running: {}", chain_of(e));
  }
}

} // namespace leadline
