#pragma once

#include <spdlog/fwd.h>

#include <cstddef>

namespace leadline {

class AppApi;
class JobQueue;

inline constexpr const char* k_reconcile_reason = "found without a check";

// Queues a sweep of every repository that the App is installed in, so that open pull requests whose
// head has no finished check of ours get one, whatever was lost on the way. Returns how many. An
// installation that cannot be listed is logged and passed over. Throws Error when none can.
std::size_t reconcile(AppApi& api, JobQueue& queue, spdlog::logger& logger);

} // namespace leadline
