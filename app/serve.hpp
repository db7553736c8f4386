#pragma once

#include <chrono>

namespace spdlog {
class logger;
}

namespace leadline {

// What running jobs get to end in after a stop.
inline constexpr std::chrono::seconds k_stop_deadline{20};

struct ServerConfig;

// The App: builds everything, serves until SIGTERM or SIGINT, then stops gracefully: not ready for
// the configured time, then no new deliveries, running jobs get 20 seconds to end, and what still
// runs is handed back to the queue. A second signal ends it at once. Returns 0 after a stop. While
// its database cannot be opened it listens, says so and waits; throws Error for what no waiting
// mends, an address that is taken or a database of a newer version among it. Blocks the signals in
// the calling thread, so it must be called before other threads are started.
int serve(const ServerConfig& config, spdlog::logger& logger);

} // namespace leadline
