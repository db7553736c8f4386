#pragma once

#include "app/store/delivery_store.hpp"

#include <chrono>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace leadline {

// A job that one worker holds until `token` lapses. job.attempt counts every lease, so that a job
// that kills its process runs out of tries too.
struct LeasedJob {
  Job job;
  std::int64_t token = 0; // unique to this lease
  std::string last_error; // how the try before this one ended; "" for the first
  bool lapsed = false;    // it was taken from a holder who may not know of it yet
};

struct LeaseTerms {
  std::string worker;
  TimePoint now{};
  std::chrono::milliseconds lease{};
  // Jobs of one installation that `worker` may hold at a time.
  std::int64_t most_of_installation = std::numeric_limits<std::int64_t>::max();
  std::vector<std::int64_t> not_of_installations = {}; // of lease_unannounced only: these wait
  std::vector<std::int64_t> held = {}; // of lease_next only: ids of jobs that `worker` runs still,
                                       // whatever a clock that was set makes of their leases
};

// dead: a dead letter.
enum class JobState { waiting, running, dead };

// A job as it stands in the queue, for people and for a restart.
struct JobRecord {
  Job job;
  JobState state = JobState::waiting;
  std::int64_t token = 0; // of the last lease
  std::string worker;     // that holds it, of running
  std::string error;      // how its last try ended; "" when it had none
  TimePoint queued{};
  TimePoint run_at{};      // not before
  TimePoint lease_until{}; // of running
  TimePoint died{};        // of dead
};

struct QueueStats {
  std::size_t waiting = 0;
  std::size_t running = 0;
  std::size_t dead = 0;
  std::chrono::milliseconds oldest_waiting{0}; // age of the oldest job that could run now
  std::size_t lost = 0; // deliveries that were promised to be worked on and have no job: always 0
  // Deliveries that failed at GitHub and are not here, as the last look of any server has found.
  std::size_t missed = 0;   // they are asked for again
  std::size_t given_up = 0; // not any more
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
  // Installations take turns; within one, work that events ask for comes first, then what a merge
  // queue waits for, sweeps last, and of each the oldest first.
  virtual std::optional<LeasedJob> lease_next(const LeaseTerms& terms) = 0;
  // The next job of a pull request or merge group that could run now, was not tried, has waited
  // since before `queued_before` and is not announced: so that its handler can announce it.
  // Installations take turns. It ends with end_announcing. Another head, a verdict that is asked
  // for anew, or another label that merges into a job is announced anew.
  virtual std::optional<LeasedJob> lease_unannounced(const LeaseTerms& terms,
                                                     TimePoint queued_before) = 0;
  // Back to waiting, untried: announced, or with `again_at` to be announced then.
  virtual bool end_announcing(const LeasedJob& leased, std::optional<TimePoint> again_at) = 0;
  virtual bool heartbeat(const LeasedJob& leased, TimePoint until) = 0;

  // Done: forgotten, its delivery becomes done. Older dead letters of the same target go with it,
  // unless labels alone had asked for it.
  virtual bool finish(const LeasedJob& leased) = 0;
  virtual bool retry(const LeasedJob& leased, TimePoint at, const std::string& error) = 0;
  // Put off to `at`, as if it had not been tried: the attempt does not count.
  virtual bool put_off(const LeasedJob& leased, TimePoint at) = 0;
  virtual bool
  release(const LeasedJob& leased) = 0; // handed back untried: the attempt does not count
  virtual bool bury(const LeasedJob& leased, const std::string& error,
                    TimePoint now) = 0; // dead letter

  // At most `limit`: dead ones newest first, others oldest first.
  virtual std::vector<JobRecord> jobs(JobState state, std::size_t limit) = 0;
  virtual std::optional<JobRecord> job(std::int64_t job_id) = 0;
  // All that stand for the same target (store_rules.hpp), oldest first; none for commands.
  virtual std::vector<JobRecord> jobs_like(const Job& job) = 0;
  // A dead letter waits again, attempts from 1; since when it was queued is kept.
  virtual bool revive(std::int64_t job_id, TimePoint now) = 0;
  virtual bool drop(std::int64_t job_id) = 0; // a dead letter is forgotten

  // A repository has another name: what waits for `from` waits for `to`, dead letters too, as work
  // of that installation (0: of the one it was of). What waits for the same already is newer.
  virtual void move_jobs(const std::string& from, const std::string& to,
                         std::int64_t installation_id, TimePoint now) = 0;

  // What waits for the same target as `job` is not wanted any more: forgotten, its deliveries
  // superseded. What runs already is left alone.
  virtual void cancel(const Job& job) = 0;
  // The App may not work any more in `repository` ("": in all of `installation_id`): what waits or
  // is dead there is forgotten likewise, but for work that events have asked for; what runs is when
  // it ends, however it ends, with all that stands about its repository by then if that was
  // forgotten since it was queued (PublicationLog::forget). Returns how many.
  virtual std::size_t drop_jobs(std::int64_t installation_id, const std::string& repository) = 0;

  virtual QueueStats queue_stats(TimePoint now) = 0;
};

} // namespace leadline
