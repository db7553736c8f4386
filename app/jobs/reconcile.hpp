#pragma once

#include "app/store/delivery_store.hpp"

#include <spdlog/fwd.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace leadline {

class AppApi;
class JobQueue;
class Store;

inline constexpr const char* k_reconcile_reason = "found without a check";

// Queues a sweep of every repository that the App is installed in, so that open pull requests whose
// head has no finished check of ours get one, whatever was lost on the way. Returns how many. An
// installation that cannot be listed is logged and passed over. Throws Error when none can.
std::size_t reconcile(AppApi& api, JobQueue& queue, spdlog::logger& logger);

// Queues a look at the merge queue of each repository that had a group within a week: a queue waits
// for an hour at most
// (https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue),
// and the look costs one call. Not where the App was taken away since the last group, nor where the
// last look was given up since. Returns how many.
std::size_t queue_group_sweeps(Store& store, JobQueue& queue, TimePoint now);

// Sweeps, and what events ask for, that were given up wait again, as what they find nobody else
// will: each when it has been dead for as long as it had been tried for, and for a day altogether.
// Sweeps of an installation that is none of `installations` (deleted or suspended; called when
// there are any) are dropped instead. Returns how many wait again.
std::size_t revive_sweeps(Store& store, TimePoint now,
                          const std::function<std::vector<std::int64_t>()>& installations);

} // namespace leadline
