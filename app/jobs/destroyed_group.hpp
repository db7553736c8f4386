#pragma once

#include "app/jobs/job.hpp"

#include <string>

namespace leadline {

struct JobContext;

// A merge queue has taken a group apart: a job of kind `command` with the group's head, which no
// person can give (https://docs.github.com/webhooks/webhook-events-and-payloads#merge_group).
inline constexpr const char* k_group_destroyed = "merge group destroyed";
bool is_destroyed_group(const Job& job);

// What waits for the group is not run, and a check of it that stands as queued or in progress is
// cancelled. A finished one stays as it is, and costs no call. It is remembered, as the delivery
// that asks for its checks may come later. Pull requests that waited for it have their turn.
void end_group(const JobContext& context, const Job& job);

// Whether end_group() has ended the group of a merge_group job. GitHub knows whether it is there.
bool was_destroyed(const JobContext& context, const Job& job);

} // namespace leadline
