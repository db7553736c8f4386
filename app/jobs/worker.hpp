#pragma once

#include "app/jobs/budget.hpp"
#include "app/jobs/job.hpp"
#include "app/jobs/lease.hpp"
#include "app/store/job_store.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace spdlog {
class logger;
}

namespace leadline {

class Clock;

struct WorkerOptions {
  std::string name = "worker"; // unique to this process: whose leases these are
  std::size_t threads = 2;
  std::size_t announcers = 4; // threads that announce, each for another installation
  std::chrono::milliseconds lease{60'000};
  std::chrono::milliseconds heartbeat{15'000}; // well below `lease`
  std::chrono::milliseconds poll{1'000};       // how long a due job may go unnoticed without wake()
  std::chrono::milliseconds announce_after{1'000};  // how long a job waits before it is announced
  std::chrono::milliseconds announce_again{30'000}; // after that failed
  int max_attempts = 16;                            // over three hours with the waits below
  std::chrono::milliseconds first_retry{5'000};
  std::chrono::milliseconds longest_retry{900'000};
  BudgetLimits budget;                             // of one try
  std::chrono::milliseconds stuck_after{60'000};   // over budget.time, without a word
  std::chrono::milliseconds refused_pause{60'000}; // for which no job is taken
  std::chrono::milliseconds landing = k_landing;   // well below `lease`
};

// How a try ended; for metrics.
enum class JobResult {
  done,
  retried, // unavailable, another try is to come
  buried,  // given up: a dead letter
  lost,    // the lease had lapsed or was handed back: the job is another worker's
};
std::string_view name_of(JobResult result);

// When try `attempt` (1-based) has failed: doubles from first_retry up to longest_retry, and a
// random half of it, so that jobs that failed together do not come back together. `random` is in
// [0, 1).
std::chrono::milliseconds retry_delay(const WorkerOptions& options, int attempt, double random);

struct WorkerParts {
  JobStore& store;
  JobHandler& handler;
  Clock& clock;
  spdlog::logger& logger;
  std::function<double()> random; // in [0, 1); called by all threads
  std::function<void(const Job&, JobResult, std::chrono::milliseconds)> observe; // may be empty
  Uptime uptime = machine_uptime;
  // GitHub refuses the App itself: no job can work here, whatever it is. May be empty.
  std::function<bool()> refused = {};
};

// Threads that take jobs from the store one by one. What a handler throws never ends a thread:
// unavailable is tried again until max_attempts, everything else and what passes its budget buries
// the job, and give_up makes that visible first. What failed while GitHub takes no requests of the
// installation is put off until it does, and was no try. One installation holds all threads but one
// at most, so that the others' jobs need not wait for it. Threads of their own announce the jobs
// that have to wait, one of an installation at a time (announcing_turns.hpp). The handler is called
// under the job's lease (lease.hpp), which is kept until what was not answered has landed: the next
// look at GitHub sees it, whoever looks. While GitHub refuses the App itself (a wrong clock,
// another key), no try counts: the job goes back at once for another server, and this one takes
// none for a while.
class Workers {
public:
  static std::unique_ptr<Workers> create(const WorkerOptions& options, const WorkerParts& parts);
  virtual ~Workers() = default; // stops, and waits for as long as jobs run

  // What processes of this machine that have ended (worker_name.hpp) have left running is taken
  // back `landing` later, or when its lease lapses: what they had sent at their end may take effect
  // until then, and who looked for it earlier would write it again.
  virtual void start() = 0;
  virtual void wake() = 0; // there may be work: called after something was stored

  // Takes no more jobs and waits until `deadline` from now for those that run. Leases of what still
  // runs then are handed back, so that another process may start at once, but those under which
  // something is just being written: these lapse. Nothing more is written under any of them. True
  // when nothing ran on: only then may the handler and the store be destroyed.
  virtual bool stop(std::chrono::milliseconds deadline) = 0;

  // One job in the calling thread, if one is due; for tests. Needs no start().
  virtual bool run_one() = 0;
  // Likewise: lets the handler announce one job that has waited longer than announce_after.
  virtual bool announce_one() = 0;
};

} // namespace leadline
