#pragma once

#include "app/jobs/job.hpp"
#include "app/store/delivery_store.hpp"
#include "app/store/job_store.hpp"

#include <string>
#include <string_view>

namespace leadline {

// What both databases must agree on.

// Jobs of one lane run one after the other: "owner/name#7", or "owner/name@SHA" while the number is
// not known, or "owner/name" for the whole repository.
std::string lane_of(const Job& job);

// Waiting jobs of one target merge; empty for jobs that never merge.
std::string target_of(const Job& job);

// `waiting` after `newer` asked for the same.
Job merged(const Job& waiting, const Job& newer);

// Names as stored; parse_* throw std::logic_error for what no version of leadline wrote.
std::string_view name_of(JobKind kind);
JobKind parse_job_kind(std::string_view name);
std::string_view name_of(DeliveryState state);
std::string_view name_of(JobState state);
JobState parse_job_state(std::string_view name);
DeliveryState parse_delivery_state(std::string_view name);

// What goes into a text column from outside: valid UTF-8 without NUL, at most `limit` bytes.
std::string storable(std::string_view text, std::size_t limit);
inline constexpr std::size_t k_max_error_bytes = 4000;

} // namespace leadline
