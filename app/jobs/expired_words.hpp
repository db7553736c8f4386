#pragma once

#include "app/jobs/acknowledgement.hpp"

#include <cstddef>

namespace leadline {

class JobQueue;

inline constexpr const char* k_word_ended_reason = "an acknowledgement has ended";

// Queues a sweep for each repository where the time of an acknowledgement that nobody has withdrawn
// was over later than `since` and not later than `now`: the sweep runs the pull requests again that
// passed by it. Returns how many.
std::size_t queue_expired(AcknowledgementLog& log, JobQueue& queue, Acknowledgement::Time since,
                          Acknowledgement::Time now);

} // namespace leadline
