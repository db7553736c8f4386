#pragma once

#include "app/jobs/job.hpp"

namespace leadline {

struct JobContext;

// Queues `job`, whose installation is not known, as the one that covers its repository: turns, the
// share of the threads, GitHub's limits, and what is dropped where the App is taken away, all go by
// the installation. One call, by the App's own token. A sweep where the App is not installed any
// more ends there, as nobody waits for it; else throws Error(not_found).
void queue_for_its_installation(const JobContext& context, const Job& job);

} // namespace leadline
