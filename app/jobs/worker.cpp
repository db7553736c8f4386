#include "app/jobs/worker.hpp"

#include "app/github/clock.hpp"
#include "app/jobs/announcing_turns.hpp"
#include "app/jobs/heartbeat.hpp"
#include "app/jobs/job_log.hpp"
#include "app/jobs/job_try.hpp"
#include "app/jobs/running_jobs.hpp"
#include "app/jobs/settling.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace leadline {
namespace {

class WorkersOnStore final : public Workers {
public:
  WorkersOnStore(const WorkerOptions& options, const WorkerParts& parts)
      : m_options(options), m_parts(parts) {}

  ~WorkersOnStore() override {
    stop_taking();
    join();
  }

  void start() override {
    std::vector<LeasedJob> left = m_settling.left_running();
    const std::lock_guard lock(m_mutex);
    m_left = std::move(left);
    m_left_landed = m_parts.uptime() + m_options.landing;
    for (std::size_t i = 0; i < m_options.threads; ++i) {
      m_threads.emplace_back([this] { take_jobs(); });
    }
    for (std::size_t i = 0; i < m_options.announcers; ++i) {
      m_announcers.emplace_back([this] { announce_jobs(); });
    }
    m_heart = std::thread([this] {
      beat(m_running, m_options, m_parts, [this](const auto& stuck) { replace_thread(stuck); });
    });
  }

  void wake() override {
    {
      const std::lock_guard lock(m_mutex);
      ++m_wakes;
    }
    m_work.notify_all();
  }

  bool stop(std::chrono::milliseconds deadline) override {
    stop_taking();
    if (!m_running.wait_until_idle(deadline)) {
      m_settling.hand_back(m_running.abandon_all());
      return false;
    }
    join();
    return true;
  }

  bool run_one() override {
    take_back_what_landed();
    if (m_parts.uptime() < m_paused_until.load()) {
      return false;
    }
    const auto began = m_parts.uptime();
    std::optional<LeasedJob> leased;
    try {
      LeaseTerms terms{m_options.name, now(), m_options.lease, most_of_installation()};
      terms.held = m_running.held(); // the heartbeat renews them
      leased = m_parts.store.lease_next(terms);
    } catch (const std::exception& e) {
      m_parts.logger.error("taking a job: {}", chain_of(e));
      return false;
    }
    if (!leased) {
      return false;
    }
    run(lease_of(*leased, began));
    return true;
  }

  bool announce_one() override {
    if (m_parts.uptime() < m_paused_until.load()) {
      return false;
    }
    const auto began = m_parts.uptime();
    const std::optional<LeasedJob> leased = lease_unannounced();
    if (!leased) {
      return false;
    }
    const Job& job = leased->job;
    const LogKeys keys = keys_of(job);
    const auto lease = lease_of(*leased, began);
    const UnderLease under(*lease);
    m_running.begin(lease);
    const std::optional<TimePoint> again_at = try_to_announce(m_options, m_parts, job);
    wait_until_landed();
    try {
      m_parts.store.end_announcing(*leased, again_at);
    } catch (const std::exception& e) {
      m_parts.logger.error("job {}: handing it back: {}", job.id, chain_of(e));
    }
    m_turns.end(job.installation_id);
    m_running.end(*lease);
    wake();
    return true;
  }

private:
  std::shared_ptr<Lease> lease_of(const LeasedJob& leased, std::chrono::milliseconds began) const {
    return std::make_shared<Lease>(m_parts.store, m_parts.clock, leased, m_options.lease,
                                   m_parts.uptime, began, m_options.landing);
  }

  void take_back_what_landed() {
    std::vector<LeasedJob> left;
    {
      const std::lock_guard lock(m_mutex);
      if (m_left.empty() || m_parts.uptime() < m_left_landed) {
        return;
      }
      left.swap(m_left);
    }
    m_settling.take_back(left);
  }

  std::optional<LeasedJob> lease_unannounced() {
    const std::lock_guard lock(m_leasing); // or two threads would take jobs of one installation
    std::optional<LeasedJob> leased;
    try {
      LeaseTerms terms{m_options.name, now(), m_options.lease};
      terms.not_of_installations = m_turns.resting();
      leased = m_parts.store.lease_unannounced(terms, now() - m_options.announce_after);
    } catch (const std::exception& e) {
      m_parts.logger.error("looking for jobs to announce: {}", chain_of(e));
    }
    if (leased) {
      m_turns.begin(leased->job.installation_id);
    }
    return leased;
  }

  std::int64_t most_of_installation() const {
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(m_options.threads) - 1);
  }

  TimePoint now() const {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(m_parts.clock.now());
  }

  void stop_taking() {
    {
      const std::lock_guard lock(m_mutex);
      m_stopping = true;
    }
    m_work.notify_all();
    m_running.stop();
  }

  void join() {
    for (std::thread& thread : m_threads) {
      thread.join();
    }
    m_threads.clear();
    for (std::thread& thread : m_announcers) {
      thread.join();
    }
    m_announcers.clear();
    if (m_heart.joinable()) {
      m_heart.join();
    }
  }

  void take_jobs() {
    while (true) {
      std::uint64_t wakes = 0;
      {
        const std::lock_guard lock(m_mutex);
        if (m_stopping) {
          return;
        }
        wakes = m_wakes;
      }
      if (run_one()) {
        continue;
      }
      std::unique_lock lock(m_mutex);
      m_work.wait_for(lock, m_options.poll, [&] { return m_stopping || m_wakes != wakes; });
    }
  }

  void announce_jobs() {
    while (true) {
      {
        const std::lock_guard lock(m_mutex);
        if (m_stopping) {
          return;
        }
      }
      if (!announce_one()) {
        std::unique_lock lock(m_mutex);
        m_work.wait_for(lock, m_options.poll, [this] { return m_stopping; });
      }
    }
  }

  void run(const std::shared_ptr<Lease>& lease) {
    const LeasedJob& leased = lease->leased();
    const Job& job = leased.job;
    const LogKeys keys = keys_of(job);
    const UnderLease under(*lease);
    m_running.begin(lease);
    wait_until_landed(); // what its last holder has written
    const auto started = std::chrono::steady_clock::now();
    m_parts.logger.info("job {} ({}), try {}: started", job.id, job.reason, job.attempt);
    const Ending ending = unless_refused(try_job(m_parts.handler, m_options, leased));
    wait_until_landed();
    const JobResult result = settle(*lease, ending);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - started);
    m_parts.logger.info("job {}: {} after {} ms", job.id, name_of(result), took.count());
    if (m_parts.observe) {
      m_parts.observe(job, result, took);
    }
    m_running.end(*lease);
  }

  // What fails while GitHub refuses the App itself fails by that.
  Ending unless_refused(Ending ending) const {
    const bool failed =
        ending.kind == Ending::Kind::unavailable || ending.kind == Ending::Kind::failed;
    if (failed && m_parts.refused && m_parts.refused()) {
      ending.kind = Ending::Kind::refused;
    }
    return ending;
  }

  JobResult settle(const Lease& lease, const Ending& ending) {
    const LeasedJob& leased = lease.leased();
    if (!m_running.begin_to_settle(lease)) {
      m_parts.logger.warn("job {}: ended after its lease was given up", leased.job.id);
      return JobResult::lost;
    }
    if (ending.kind == Ending::Kind::refused) { // first: or it would be taken here again
      m_paused_until = m_parts.uptime() + m_options.refused_pause;
    }
    return m_settling.settle(leased, ending);
  }

  // The thread of a job that stands still is lost; its successor says so, as that may take long.
  void replace_thread(const std::shared_ptr<Lease>& stuck) {
    const std::lock_guard lock(m_mutex);
    if (!m_stopping) {
      m_threads.emplace_back([this, stuck] {
        m_settling.bury_stuck(*stuck);
        take_jobs();
      });
    }
  }

  const WorkerOptions m_options;
  const WorkerParts m_parts;

  std::atomic<std::chrono::milliseconds> m_paused_until{std::chrono::milliseconds(0)}; // in uptime
  RunningJobs m_running;
  Settling m_settling{m_options, m_parts};
  std::mutex m_mutex;
  std::condition_variable m_work; // something was stored, or stop
  bool m_stopping = false;
  std::uint64_t m_wakes = 0;
  std::vector<LeasedJob> m_left;              // by ended processes of this machine
  std::chrono::milliseconds m_left_landed{0}; // in uptime
  std::vector<std::thread> m_threads;
  std::mutex m_leasing; // of jobs to announce
  AnnouncingTurns m_turns{m_parts.uptime};
  std::vector<std::thread> m_announcers;
  std::thread m_heart;
};

} // namespace

std::unique_ptr<Workers> Workers::create(const WorkerOptions& options, const WorkerParts& parts) {
  return std::make_unique<WorkersOnStore>(options, parts);
}

} // namespace leadline
