#pragma once

#include "app/jobs/acknowledgement.hpp"

#include <cstddef>

namespace leadline {

class JobQueue;

inline constexpr const char* k_word_ended_reason = "an acknowledgement has ended";

// Queues a sweep for each of AcknowledgementLog::repositories_with_ended: the sweep runs the pull
// requests and merge groups again that passed by a word whose time is over. Returns how many.
std::size_t queue_expired(AcknowledgementLog& log, JobQueue& queue, Acknowledgement::Time since,
                          Acknowledgement::Time now);

} // namespace leadline
