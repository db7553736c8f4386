#include "app/jobs/announcing_turns.hpp"

namespace leadline {

std::vector<std::int64_t> AnnouncingTurns::resting() {
  const std::lock_guard lock(m_mutex);
  const auto now = m_uptime();
  std::erase_if(m_turns, [&](const auto& each) {
    return !each.second.is_running && each.second.rests_until <= now;
  });
  std::vector<std::int64_t> installations;
  for (const auto& [installation_id, turn] : m_turns) {
    installations.push_back(installation_id);
  }
  return installations;
}

void AnnouncingTurns::begin(std::int64_t installation_id) {
  const std::lock_guard lock(m_mutex);
  m_turns[installation_id] = {true, m_uptime(), {}};
}

void AnnouncingTurns::end(std::int64_t installation_id) {
  const std::lock_guard lock(m_mutex);
  Turn& turn = m_turns[installation_id];
  const auto now = m_uptime();
  const auto took = now - turn.began;
  turn.is_running = false;
  turn.rests_until = took < k_long ? now : now + k_rest * took;
}

} // namespace leadline
