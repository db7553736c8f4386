#include "app/jobs/missed_deliveries.hpp"

#include "app/github/app_api.hpp"
#include "app/github/clock.hpp"
#include "app/log.hpp"
#include "base/error.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <string>

namespace leadline {
namespace {

using namespace std::chrono_literals;

// An attempt stands in the list a little after it was made.
constexpr auto k_overlap = 10min;
constexpr auto k_first_wait = 1min;

struct Story {
  HookAttempt newest;
  std::chrono::system_clock::time_point oldest{};
  int attempts = 0;
  bool arrived = false;
};

bool is_success(int status) { return status >= 200 && status < 300; }

} // namespace

MissedCounts MissedDeliveries::look() {
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(m_clock.now());
  const TimePoint since =
      std::max(m_chores.chore_reached(k_chore), now - TimePoint::duration(m_kept));
  std::map<std::string, Story> stories; // by guid; newest attempts come first
  const bool complete = m_api.hook_attempts(since, [&](const HookAttempt& attempt) {
    Story& story = stories[attempt.guid];
    if (story.attempts++ == 0) {
      story.newest = attempt;
    }
    story.oldest = attempt.at;
    story.arrived = story.arrived || is_success(attempt.status);
  });
  if (!complete) {
    m_logger.error("there are more attempts of deliveries than are looked at: what the older ones "
                   "were about is found by the sweep of open pull requests");
  }
  MissedCounts counts;
  TimePoint reached = now - k_overlap;
  for (const auto& [guid, story] : stories) {
    const auto record = story.arrived ? std::nullopt : m_deliveries.find_delivery(guid);
    if (story.arrived || (record && record->state != DeliveryState::failed)) {
      continue; // here, though GitHub may not have heard our answer
    }
    ++counts.missed;
    const LogKeys keys{{"delivery", guid}, {"repo", record ? record->delivery.repository : ""}};
    if (story.attempts >= k_max_attempts) {
      ++counts.given_up;
      continue;
    }
    // All attempts of it are to be seen again at the next look, or they could not be counted.
    reached = std::min(reached, std::chrono::floor<std::chrono::milliseconds>(story.oldest));
    const bool is_first = story.attempts == 1; // GitHub's own
    if (!is_first && now < story.newest.at + k_first_wait * (1 << (story.attempts - 2))) {
      continue;
    }
    try {
      m_api.redeliver(story.newest.id);
      ++counts.asked;
      m_logger.info("asked for {} again, answered with {} at attempt {}", story.newest.event,
                    story.newest.status, story.attempts);
    } catch (const Error& e) {
      if (e.kind() == ErrorKind::unavailable) {
        throw;
      }
      m_logger.warn("{} is not asked for again: {}", story.newest.event,
                    e.what()); // too old, or its installation is gone
    }
  }
  m_chores.save_missed(counts.missed - counts.given_up, counts.given_up);
  m_chores.save_chore_reached(k_chore, std::max(reached, since));
  return counts;
}

} // namespace leadline
