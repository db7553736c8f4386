#pragma once

#include "app/store/job_store.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>

namespace leadline {

class Clock;
class HttpTransport;

// Time since the machine was started, which no clock that is set changes, and which passes while
// the process stands still and while the machine sleeps (CLOCK_BOOTTIME of clock_gettime(2)).
using Uptime = std::function<std::chrono::milliseconds()>;
std::chrono::milliseconds machine_uptime();

// The right of a worker to speak for a job, which ends when its heartbeats do: after it another
// worker may have taken the job, and what both write stands there twice. Safe for several threads.
class Lease {
public:
  // `began`: an uptime from before the job was leased.
  Lease(JobStore& store, Clock& clock, LeasedJob leased, std::chrono::milliseconds length,
        Uptime uptime, std::chrono::milliseconds began);

  const LeasedJob& leased() const { return m_leased; }

  // Says that the job is alive. False when it is another worker's now. Throws Error(unavailable)
  // when the store does not answer.
  bool renew();

  // To be called before each write. Asks the store when the lease nears its end; throws
  // Error(unavailable) when it is another worker's, was given up, or has lapsed and the store does
  // not answer.
  void require();

  // Nothing is written under it any more, because it is to be handed back. False when a write is
  // under way (LeasedWrite): then it has to lapse, or its successor would not see what is written.
  [[nodiscard]] bool give_up();

  bool is_lost() const { return m_lost; }

private:
  friend class LeasedWrite;
  void begin_write();
  void end_write();

  JobStore& m_store;
  Clock& m_clock;
  const LeasedJob m_leased;
  const std::chrono::milliseconds m_length;
  const Uptime m_uptime;
  std::atomic<std::chrono::milliseconds> m_until; // in uptime
  std::atomic<bool> m_lost = false;
  std::mutex m_writing_mutex; // guards what follows
  int m_writing = 0;
};

// While it lives, what this thread writes is written under `lease`.
class UnderLease {
public:
  explicit UnderLease(Lease& lease);
  ~UnderLease();
  UnderLease(const UnderLease&) = delete;
  UnderLease& operator=(const UnderLease&) = delete;

private:
  Lease* m_before;
};

// While it lives, this thread writes to GitHub: Lease::require() of the lease that it works under;
// nothing without one.
class LeasedWrite {
public:
  LeasedWrite();
  ~LeasedWrite();
  LeasedWrite(const LeasedWrite&) = delete;
  LeasedWrite& operator=(const LeasedWrite&) = delete;

private:
  Lease* const m_lease;
};

// Requires the lease of the thread for all that changes something at GitHub in the name of an
// installation. The innermost but the network: a request may wait long before it is sent. `inner`
// outlives it.
std::unique_ptr<HttpTransport> make_leased(HttpTransport& inner);

} // namespace leadline
