#pragma once

#include "app/jobs/job_try.hpp"
#include "app/jobs/worker.hpp"

#include <memory>
#include <string>
#include <vector>

namespace leadline {

// What becomes of a job that a try has ended, or that this process gives up: a store that fails
// leaves the lease to lapse, and the job is tried again. `options` and `parts` outlive it. Safe for
// several threads.
class Settling {
public:
  Settling(const WorkerOptions& options, const WorkerParts& parts)
      : m_options(options), m_parts(parts) {}

  // Writes the ending down; where no try is left, people are shown it first.
  JobResult settle(const LeasedJob& leased, const Ending& ending);

  // Another process may start them at once. What is just being written to GitHub under one ends
  // first, as far as anybody can know: that lease lapses.
  void hand_back(const std::vector<std::shared_ptr<Lease>>& leases) noexcept;

  // Of a job whose thread is lost.
  void bury_stuck(Lease& lease) noexcept;

  // What processes of this machine were running that have ended; not changed.
  std::vector<LeasedJob> left_running() noexcept;
  // It need not wait until its lease lapses. A job that has failed before is put off, as it may be
  // what killed its process.
  void take_back(const std::vector<LeasedJob>& left) noexcept;

private:
  TimePoint now() const;
  JobResult write_down(const LeasedJob& leased, const Ending& ending);
  bool told(const Job& job, const std::string& why);

  const WorkerOptions& m_options;
  const WorkerParts& m_parts;
};

} // namespace leadline
