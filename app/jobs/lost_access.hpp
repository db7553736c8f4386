#pragma once

#include "app/jobs/job.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace leadline {

class PublicationLog;
struct JobContext;

// The App may not work somewhere any more: a job of kind `command`, which no person can give.
inline constexpr const char* k_installation_lost = "installation lost"; // deleted or suspended
inline constexpr const char* k_repository_lost = "repository lost";     // taken from the App
bool is_lost_access(const Job& job);

// Nothing that waits there is tried any more; a sweep finds what is open when the App comes back.
// Of a repository that was lost, reports and what was published are forgotten, also what a run
// writes that is under way; who has pushed, and what was acknowledged, stay. Returns how many jobs
// were dropped.
std::size_t give_up_access(const JobContext& context, const Job& job);

// From now on nobody lets us look at the merge queue of `repository`, until it has another group
// (queue_group_sweeps).
void lock_out(const JobContext& context, const std::string& repository);
void lock_out(PublicationLog& log, const std::string& repository,
              std::chrono::sys_time<std::chrono::milliseconds> now);

} // namespace leadline
