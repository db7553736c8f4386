#pragma once

#include "app/jobs/lease.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <vector>

namespace leadline {

// Which installations have to wait with being announced: each takes one thread at a time, and what
// took long rests for four times as long, so that a few that hang hold up nobody else. Safe for
// several threads.
class AnnouncingTurns {
public:
  explicit AnnouncingTurns(Uptime uptime) : m_uptime(std::move(uptime)) {}

  std::vector<std::int64_t> resting();
  void begin(std::int64_t installation_id);
  void end(std::int64_t installation_id);

  static constexpr std::chrono::seconds k_long{5};
  static constexpr int k_rest = 4; // times as long as it took

private:
  struct Turn {
    bool is_running = false;
    std::chrono::milliseconds began{}; // in uptime
    std::chrono::milliseconds rests_until{};
  };

  const Uptime m_uptime;
  std::mutex m_mutex;
  std::map<std::int64_t, Turn> m_turns; // of those that run or rest
};

} // namespace leadline
