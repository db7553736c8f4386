#pragma once

#include "app/store/delivery_store.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace leadline {

// A job that one worker holds until `token` lapses. job.attempt counts every lease, so that a job
// that kills its process runs out of tries too.
struct LeasedJob {
  Job job;
  std::int64_t token = 0; // unique to this lease
};

struct DeadJob {
  Job job;
  std::string error;
  TimePoint died{};
};

struct QueueStats {
  std::size_t waiting = 0;
  std::size_t running = 0;
  std::size_t dead = 0;
  std::chrono::milliseconds oldest_waiting{0}; // age of the oldest job that could run now
};

// The queue. Every change is durable when the call returns. The calls that take a LeasedJob return
// false, and change nothing, when the lease is no longer theirs (it lapsed and another worker took
// the job). All throw Error(unavailable) when the database cannot be reached.
class JobStore {
public:
  virtual ~JobStore() = default;

  // Adds a job that no delivery asked for (reconciliation); merges like record_delivery.
  virtual void enqueue(const Job& job, TimePoint now) = 0;

  // The next job that may run: due, waiting or with a lapsed lease, and no other job of its lane
  // (repository and pull request, or head when the number is not known) running.
  // Installations take turns; within one, the oldest first.
  virtual std::optional<LeasedJob> lease_next(const std::string& worker, TimePoint now,
                                              std::chrono::milliseconds lease) = 0;
  virtual bool heartbeat(const LeasedJob& leased, TimePoint until) = 0;

  virtual bool finish(const LeasedJob& leased) = 0; // done: forgotten, its delivery becomes done
  virtual bool retry(const LeasedJob& leased, TimePoint at, const std::string& error) = 0;
  virtual bool
  release(const LeasedJob& leased) = 0; // handed back untried: the attempt does not count
  virtual bool bury(const LeasedJob& leased, const std::string& error,
                    TimePoint now) = 0; // dead letter

  virtual std::vector<DeadJob> dead_jobs(std::size_t limit) = 0; // newest first
  virtual bool revive(std::int64_t job_id,
                      TimePoint now) = 0; // a dead letter waits again, attempts from 1

  virtual QueueStats queue_stats(TimePoint now) = 0;
};

} // namespace leadline
