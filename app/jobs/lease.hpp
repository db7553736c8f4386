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

// For how long what was sent to GitHub and not answered may still take effect there: GitHub ends a
// request after 10 s
// (https://docs.github.com/rest/using-the-rest-api/troubleshooting-the-rest-api#timeouts), and what
// a process that was killed has handed to its machine may take a while to get there.
inline constexpr std::chrono::milliseconds k_landing{15'000};

// The right of a worker to speak for a job, which ends when its heartbeats do: after it another
// worker may have taken the job, and what both write stands there twice. When that is depends on a
// clock that may be set, so no clock is trusted: who writes has just asked the store, and who has
// taken over waits for what was written by then. Safe for several threads.
class Lease {
public:
  // `began`: an uptime from before the job was leased. Of a job that was taken from somebody
  // (LeasedJob::lapsed) nothing has landed yet (wait_until_landed) for `landing` and a little.
  Lease(JobStore& store, Clock& clock, LeasedJob leased, std::chrono::milliseconds length,
        Uptime uptime, std::chrono::milliseconds began,
        std::chrono::milliseconds landing = k_landing);

  const LeasedJob& leased() const { return m_leased; }

  // Says that the job is alive. False when it is another worker's now. Throws Error(unavailable)
  // when the store does not answer.
  bool renew();

  // To be called before each write. Asks the store, unless it has answered within a second; throws
  // Error(unavailable) when the job is another worker's, was given up, or the store does not
  // answer.
  void require();

  // Nothing is written under it any more, because it is to be handed back. False when a write is
  // under way (LeasedWrite) or may still land: then it has to lapse, or its successor would not see
  // what is written.
  [[nodiscard]] bool give_up();

  bool is_lost() const { return m_lost; }

private:
  friend class LeasedWrite;
  friend void wait_until_landed();
  std::chrono::milliseconds time_to_land();
  void begin_write();
  enum class Answered { yes, no };
  void end_write(Answered answered);

  JobStore& m_store;
  Clock& m_clock;
  const LeasedJob m_leased;
  const std::chrono::milliseconds m_length;
  const std::chrono::milliseconds m_landing;
  const Uptime m_uptime;
  std::atomic<std::chrono::milliseconds> m_confirmed; // by the store, in uptime
  std::atomic<bool> m_lost = false;
  std::mutex m_writing_mutex; // guards what follows
  int m_writing = 0;
  std::chrono::milliseconds m_landed; // in uptime: when all has landed that was not answered
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
// nothing without one. Left by an exception it was not answered.
class LeasedWrite {
public:
  LeasedWrite();
  ~LeasedWrite();
  LeasedWrite(const LeasedWrite&) = delete;
  LeasedWrite& operator=(const LeasedWrite&) = delete;

private:
  Lease* const m_lease;
  const int m_exceptions;
};

// Sleeps until all that was written under the lease of this thread and not answered, or by who held
// its job before, has taken effect or never will: before that, who looks for it may not see it. To
// be called before the job goes to anybody else; nothing without a lease.
void wait_until_landed();

// Requires the lease of the thread for all that changes something at GitHub in the name of an
// installation, and asks nothing under it while something may still land. The innermost but the
// network: a request may wait long before it is sent. `inner` outlives it.
std::unique_ptr<HttpTransport> make_leased(HttpTransport& inner);

} // namespace leadline
