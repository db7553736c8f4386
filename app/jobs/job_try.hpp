#pragma once

#include "app/store/job_store.hpp"

#include <optional>
#include <string>

namespace leadline {

struct WorkerOptions;
struct WorkerParts;

// How a try of a job ended.
struct Ending {
  enum class Kind {
    done,
    closed,      // GitHub takes no requests of its installation: it was no try
    refused,     // GitHub refuses the App itself: likewise; try_job does not know of it
    unavailable, // another one may go better
    failed,      // none will
    bug,         // likewise: an error of leadline
  } kind = Kind::done;
  std::string why; // of all but done
};

// Lets `handler` run the job within its budget, in the calling thread. Whatever it throws is an
// ending.
Ending try_job(JobHandler& handler, const WorkerOptions& options, const LeasedJob& leased);

// Lets the handler announce the job. Returns when that is to be tried again; nullopt: it is
// announced, or nothing that comes by itself can change that it is not.
std::optional<TimePoint> try_to_announce(const WorkerOptions& options, const WorkerParts& parts,
                                         const Job& job);

} // namespace leadline
