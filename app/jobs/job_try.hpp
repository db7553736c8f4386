#pragma once

#include "app/store/job_store.hpp"

#include <exception>
#include <string>

namespace leadline {

struct WorkerOptions;

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

// "message: cause: cause" of an exception with what it is nested in.
std::string chain_of(const std::exception& e);

} // namespace leadline
