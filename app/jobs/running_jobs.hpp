#pragma once

#include "app/jobs/lease.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace leadline {

// The jobs that this process works on, and whose ends still count. A job is abandoned when its
// lease is given up while its thread runs on: what comes out of that thread does not count. Once
// its end is being written down (settling) it can no longer be. Safe for several threads.
class RunningJobs {
public:
  using Leases = std::vector<std::shared_ptr<Lease>>;

  using Time = std::chrono::steady_clock::time_point;

  void begin(const std::shared_ptr<Lease>& lease, Time began = std::chrono::steady_clock::now());
  void end(const Lease& lease);

  // From here on the end of the job is written down. False: it is not to be, as its lease is lost
  // or was given up.
  bool begin_to_settle(const Lease& lease);

  Leases abandon_all();
  Leases abandon_begun_before(Time time);
  // The lease lapsed. False when that does not matter: the job has ended, or was abandoned before.
  bool abandon(const Lease& lease);
  Leases not_abandoned();
  std::vector<std::int64_t> held(); // ids of those whose leases are neither lost nor given up

  // No more jobs come: wait_for_beat returns early once nothing runs.
  void stop();
  // True when nothing ran on after `deadline` at most.
  bool wait_until_idle(std::chrono::milliseconds deadline);
  // Waits for `heartbeat`; false at once when nothing runs and no more jobs come.
  bool wait_for_beat(std::chrono::milliseconds heartbeat);

private:
  struct Running {
    std::shared_ptr<Lease> lease;
    Time began;
    bool abandoned = false;
    bool settling = false;
  };

  Running* find(const Lease& lease); // under m_mutex

  std::mutex m_mutex;
  std::condition_variable m_changed; // a job ended, or no more come
  bool m_stopping = false;
  std::map<std::int64_t, Running> m_running; // by job id
};

} // namespace leadline
