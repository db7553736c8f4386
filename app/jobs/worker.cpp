#include "app/jobs/worker.hpp"

#include "app/github/clock.hpp"
#include "app/jobs/job_try.hpp"
#include "app/jobs/lease.hpp"
#include "app/jobs/worker_name.hpp"
#include "app/log.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace leadline {
namespace {

using namespace std::chrono_literals;

// A thread that is over its time and does not even allocate is left behind.
constexpr std::chrono::seconds k_grace{60};
constexpr std::size_t k_max_taken_back = 10'000;
constexpr int k_tries_to_tell = 8; // of a failure that cannot be reported, longest_retry apart

class WorkersOnStore final : public Workers {
public:
  WorkersOnStore(const WorkerOptions& options, const WorkerParts& parts)
      : m_options(options), m_parts(parts) {}

  ~WorkersOnStore() override {
    {
      const std::lock_guard lock(m_mutex);
      m_stopping = true;
    }
    m_work.notify_all();
    m_changed.notify_all();
    join();
  }

  void start() override {
    take_back();
    const std::lock_guard lock(m_mutex);
    for (std::size_t i = 0; i < m_options.threads; ++i) {
      m_threads.emplace_back([this] { take_jobs(); });
    }
    m_announcer = std::thread([this] { announce_jobs(); });
    m_heart = std::thread([this] { beat(); });
  }

  void wake() override {
    {
      const std::lock_guard lock(m_mutex);
      ++m_wakes;
    }
    m_work.notify_all();
  }

  bool stop(std::chrono::milliseconds deadline) override {
    std::unique_lock lock(m_mutex);
    m_stopping = true;
    m_work.notify_all();
    m_changed.notify_all();
    const bool idle = m_changed.wait_for(lock, deadline, [this] { return m_running.empty(); });
    if (!idle) {
      for (auto& [id, running] : m_running) {
        if (!running.settling && !running.abandoned) {
          running.abandoned = true;
          hand_back(running.lease->leased());
        }
      }
      return false;
    }
    lock.unlock();
    join();
    return true;
  }

  bool run_one() override {
    if (m_parts.uptime() < m_paused_until.load()) {
      return false;
    }
    const auto began = m_parts.uptime();
    std::optional<LeasedJob> leased;
    try {
      leased = m_parts.store.lease_next(
          {m_options.name, now(), m_options.lease, most_of_installation()});
    } catch (const std::exception& e) {
      m_parts.logger.error("taking a job: {}", chain_of(e));
      return false;
    }
    if (!leased) {
      return false;
    }
    run(std::make_shared<Lease>(m_parts.store, m_parts.clock, *leased, m_options.lease,
                                m_parts.uptime, began));
    return true;
  }

  bool announce_one() override {
    if (m_parts.uptime() < m_paused_until.load()) {
      return false;
    }
    const auto began = m_parts.uptime();
    std::optional<LeasedJob> leased;
    try {
      leased = m_parts.store.lease_unannounced({m_options.name, now(), m_options.lease},
                                               now() - m_options.announce_after);
    } catch (const std::exception& e) {
      m_parts.logger.error("looking for jobs to announce: {}", chain_of(e));
    }
    if (!leased) {
      return false;
    }
    const Job& job = leased->job;
    const LogKeys keys = keys_of(job);
    const auto lease = std::make_shared<Lease>(m_parts.store, m_parts.clock, *leased,
                                               m_options.lease, m_parts.uptime, began);
    const UnderLease under(*lease);
    begin(lease);
    const std::optional<TimePoint> again_at = try_to_announce(job);
    try {
      m_parts.store.end_announcing(*leased, again_at);
    } catch (const std::exception& e) {
      m_parts.logger.error("job {}: handing it back: {}", job.id, chain_of(e));
    }
    end(*lease);
    wake();
    return true;
  }

private:
  // When it is to be tried again; nullopt: it is announced, or nothing that comes by itself can
  // change that it is not.
  std::optional<TimePoint> try_to_announce(const Job& job) {
    if (const auto closed = m_parts.handler.closed_for(job); closed > 0ms) {
      return now() + closed;
    }
    try {
      m_parts.handler.announce(job);
    } catch (const Error& e) {
      m_parts.logger.warn("job {}: it could not be announced: {}", job.id, chain_of(e));
      if (e.kind() == ErrorKind::unavailable) {
        return now() + std::max(m_options.announce_again, m_parts.handler.closed_for(job));
      }
    } catch (const std::exception& e) {
      m_parts.logger.warn("job {}: it could not be announced: {}", job.id, chain_of(e));
    }
    return std::nullopt;
  }

  struct Running {
    std::shared_ptr<Lease> lease;
    std::chrono::steady_clock::time_point started;
    bool abandoned = false; // the lease is no longer ours: what comes out of it does not count
    bool settling = false;  // its end is being written down
  };

  void begin(const std::shared_ptr<Lease>& lease) {
    const std::lock_guard lock(m_mutex);
    m_running.insert_or_assign(lease->leased().job.id,
                               Running{lease, std::chrono::steady_clock::now()});
  }

  // What was handed back may be running in another thread already, under a lease of its own.
  void end(const Lease& lease) {
    {
      const std::lock_guard lock(m_mutex);
      const auto found = m_running.find(lease.leased().job.id);
      if (found != m_running.end() && found->second.lease.get() == &lease) {
        m_running.erase(found);
      }
    }
    m_changed.notify_all();
  }

  std::int64_t most_of_installation() const {
    return std::max<std::int64_t>(1, static_cast<std::int64_t>(m_options.threads) - 1);
  }

  TimePoint now() const {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(m_parts.clock.now());
  }

  void join() {
    for (std::thread& thread : m_threads) {
      thread.join();
    }
    m_threads.clear();
    for (std::thread* thread : {&m_announcer, &m_heart}) {
      if (thread->joinable()) {
        thread->join();
      }
    }
  }

  // What a process of ours was running when it was killed need not wait until its lease lapses. A
  // job that has failed before is put off, as it may be what killed it.
  void take_back() noexcept {
    try {
      for (const JobRecord& record : m_parts.store.jobs(JobState::running, k_max_taken_back)) {
        if (!has_ended(record.worker)) {
          continue;
        }
        const int attempt = record.job.attempt;
        const auto delay =
            attempt > 1 ? retry_delay(m_options, attempt - 1, m_parts.random()) : 0ms;
        const std::string why = "try " + std::to_string(attempt) +
                                " stopped without a word: its process was killed or crashed";
        const LogKeys keys = keys_of(record.job);
        if (m_parts.store.retry({record.job, record.token, record.error}, now() + delay, why)) {
          m_parts.logger.warn("job {} of {}: taken back, {}", record.job.id, record.job.repository,
                              why);
        }
      }
    } catch (const std::exception& e) {
      m_parts.logger.error("taking back what was left running: {}", chain_of(e));
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

  static LogKeys keys_of(const Job& job) {
    return {{"delivery", job.delivery_id},
            {"repo", job.repository},
            {"pr", job.pull_number == 0 ? "" : std::to_string(job.pull_number)},
            {"sha", job.head_sha}};
  }

  void run(const std::shared_ptr<Lease>& lease) {
    const LeasedJob& leased = lease->leased();
    const Job& job = leased.job;
    const LogKeys keys = keys_of(job);
    const UnderLease under(*lease);
    begin(lease);
    const auto started = std::chrono::steady_clock::now();
    m_parts.logger.info("job {} ({}), try {}: started", job.id, job.reason, job.attempt);
    const Ending ending = unless_refused(try_job(m_parts.handler, m_options, leased));
    const JobResult result = settle(*lease, ending);
    const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now() - started);
    m_parts.logger.info("job {}: {} after {} ms", job.id, name_of(result), took.count());
    if (m_parts.observe) {
      m_parts.observe(job, result, took);
    }
    end(*lease);
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

  // Makes the failure visible; false when even that failed.
  bool told(const Job& job, const std::string& why) {
    try {
      m_parts.handler.give_up(job, why);
      return true;
    } catch (const std::exception& e) {
      m_parts.logger.error("job {}: the failure could not be reported: {}", job.id, chain_of(e));
      return false;
    }
  }

  // Writes the ending down. A store that fails here leaves the lease to lapse: the job is tried
  // again.
  JobResult settle(const Lease& lease, const Ending& ending) {
    const LeasedJob& leased = lease.leased();
    const Job& job = leased.job;
    {
      const std::lock_guard lock(m_mutex);
      const auto found = m_running.find(job.id);
      if (lease.is_lost() || (found != m_running.end() && found->second.abandoned)) {
        m_parts.logger.warn("job {}: ended after its lease was given up", job.id);
        return JobResult::lost;
      }
      if (found != m_running.end()) {
        found->second.settling = true;
      }
    }
    try {
      switch (ending.kind) {
      case Ending::Kind::done:
        return m_parts.store.finish(leased) ? JobResult::done : JobResult::lost;
      case Ending::Kind::closed: {
        const auto delay =
            m_parts.handler.closed_for(job) + retry_delay(m_options, 1, m_parts.random());
        m_parts.logger.warn("job {}: {}; put off for {} s", job.id, ending.why,
                            delay.count() / 1000);
        return m_parts.store.put_off(leased, now() + delay) ? JobResult::retried : JobResult::lost;
      }
      case Ending::Kind::refused:
        m_parts.logger.error("job {}: {}: GitHub refuses this server; is its clock right, and its "
                             "key the App's? It takes no job for {} s",
                             job.id, ending.why, m_options.refused_pause.count() / 1000);
        m_paused_until = m_parts.uptime() + m_options.refused_pause;
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
    } catch (const std::exception& e) {
      m_parts.logger.error("job {}: writing its end down: {}", job.id, chain_of(e));
    }
    return JobResult::lost;
  }

  void hand_back(const LeasedJob& leased) noexcept {
    const LogKeys keys = keys_of(leased.job);
    try {
      m_parts.store.release(leased);
      m_parts.logger.warn("job {} of {}: handed back", leased.job.id, leased.job.repository);
    } catch (const std::exception& e) {
      m_parts.logger.error("job {}: handing it back: {}", leased.job.id, chain_of(e));
    }
  }

  void bury_stuck(Lease& lease) noexcept {
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

  void renew(Lease& lease) {
    const LogKeys keys = keys_of(lease.leased().job);
    const std::int64_t id = lease.leased().job.id;
    try {
      if (lease.renew()) {
        return;
      }
    } catch (const std::exception& e) {
      m_parts.logger.error("job {}: heartbeat: {}", id, chain_of(e));
      return;
    }
    const std::lock_guard lock(m_mutex);
    const auto found = m_running.find(id);
    // A job that has just ended has no lease either.
    if (found != m_running.end() && found->second.lease.get() == &lease &&
        !found->second.abandoned && !found->second.settling) {
      found->second.abandoned = true;
      m_parts.logger.warn("job {}: its lease lapsed", id);
    }
  }

  // Says that the running jobs are alive; runs until nothing runs any more.
  void beat() {
    std::unique_lock lock(m_mutex);
    while (!m_stopping || !m_running.empty()) {
      m_changed.wait_for(lock, m_options.heartbeat,
                         [this] { return m_stopping && m_running.empty(); });
      std::vector<std::shared_ptr<Lease>> alive;
      std::vector<std::shared_ptr<Lease>> stuck;
      const auto too_old = std::chrono::steady_clock::now() - m_options.budget.time - k_grace;
      for (auto& [id, running] : m_running) {
        if (!running.abandoned && !running.settling && running.started < too_old) {
          running.abandoned = true;
          stuck.push_back(running.lease);
        } else if (!running.abandoned) {
          alive.push_back(running.lease);
        }
      }
      if (!m_stopping) { // the threads of `stuck` are lost
        for (std::size_t i = 0; i < stuck.size(); ++i) {
          m_threads.emplace_back([this] { take_jobs(); });
        }
      }
      lock.unlock();
      for (const auto& lease : stuck) {
        bury_stuck(*lease);
      }
      for (const auto& lease : alive) {
        renew(*lease);
      }
      lock.lock();
    }
  }

  const WorkerOptions m_options;
  const WorkerParts m_parts;

  std::atomic<std::chrono::milliseconds> m_paused_until{std::chrono::milliseconds(0)}; // in uptime
  std::mutex m_mutex;
  std::condition_variable m_work;    // for workers: something was stored, or stop
  std::condition_variable m_changed; // for the heart and stop(): a job ended, or stop
  bool m_stopping = false;
  std::uint64_t m_wakes = 0;
  std::map<std::int64_t, Running> m_running; // by job id
  std::vector<std::thread> m_threads;
  std::thread m_announcer;
  std::thread m_heart;
};

} // namespace

std::unique_ptr<Workers> Workers::create(const WorkerOptions& options, const WorkerParts& parts) {
  return std::make_unique<WorkersOnStore>(options, parts);
}

} // namespace leadline
