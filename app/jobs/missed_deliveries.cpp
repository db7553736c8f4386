#include "app/jobs/missed_deliveries.hpp"

#include "app/github/app_api.hpp"
#include "app/github/clock.hpp"
#include "app/log.hpp"
#include "base/error.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace leadline {
namespace {

using namespace std::chrono_literals;

// An attempt stands in the list a little after it was made.
constexpr auto k_overlap = 10min;
constexpr auto k_first_wait = 1min;

// By which GitHub's list may be out of the order of its times.
constexpr auto k_slack = 1min;

constexpr int k_most_failures = 5; // in a row: then it is GitHub that fails

// Taken so often, and not here: whoever takes it stores it elsewhere.
constexpr int k_most_accepted = 2;

// For how long what the database has lost may come again, and a second for each, as writes are
// spaced.
constexpr auto k_lost_come_within = 1h;

// That nothing is answered with but for what is on the disk.
constexpr int k_accepted = 202;

bool is_success(int status) { return status >= 200 && status < 300; }

// A new database has lost nothing of what was taken before its first look: the sweep finds what is
// open.
TimePoint rows_kept_since(ChoreStore& chores, TimePoint reached, TimePoint now) {
  constexpr const char* k_kept_since = "deliveries are kept since";
  TimePoint since = chores.chore_reached(k_kept_since);
  if (since == TimePoint{}) {
    since = reached == TimePoint{} ? now : reached;
    chores.save_chore_reached(k_kept_since, since);
  }
  return since;
}

} // namespace

struct MissedDeliveries::Story {
  HookAttempt newest;
  std::chrono::system_clock::time_point oldest{};
  int attempts = 0;
  int accepted = 0; // of them
  bool arrived = false;
  bool from_the_first = false; // GitHub's own attempt is among them

  // What is still asked for is seen from its first attempt on (`reached`): the rest is over.
  bool is_over() const {
    return attempts >= k_max_attempts || accepted >= k_most_accepted || !from_the_first;
  }
  bool is_lost(const std::optional<DeliveryRecord>& record) const {
    return accepted > 0 && !record;
  }
  // What is of no use to us has no record, and other answers.
  bool is_here(const std::optional<DeliveryRecord>& record) const {
    return arrived ? !is_lost(record) : record && record->state != DeliveryState::failed;
  }
};

MissedCounts MissedDeliveries::look() {
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(m_clock.now());
  const TimePoint reached_before = m_chores.chore_reached(k_chore);
  const TimePoint kept_since = rows_kept_since(m_chores, reached_before, now);
  // A look before the clock was set back has not seen what is to come.
  const TimePoint last = std::min<TimePoint>(reached_before, now - k_overlap);
  const TimePoint since = std::max(last, now - TimePoint::duration(m_kept));
  std::map<std::string, Story> stories; // by guid; newest attempts come first
  TimePoint newest{};
  const bool complete = m_api.hook_attempts(since, [&](const HookAttempt& attempt) {
    newest = std::max(newest, std::chrono::floor<std::chrono::milliseconds>(attempt.at));
    Story& story = stories[attempt.guid];
    if (story.attempts++ == 0) {
      story.newest = attempt;
    }
    story.oldest = attempt.at;
    story.from_the_first = story.from_the_first || !attempt.again;
    story.arrived = story.arrived || is_success(attempt.status);
    story.accepted += attempt.status == k_accepted && attempt.at >= kept_since ? 1 : 0;
  });
  if (!complete) {
    m_logger.error("there are more attempts of deliveries than the newest 50,000, which are looked "
                   "at: what the older ones were about is found by the sweep of open pull "
                   "requests");
  }
  MissedCounts counts;
  // A clock that is ahead would step over what is still to come.
  TimePoint reached = std::min<TimePoint>(now, newest) - k_overlap;
  std::vector<Wanted> wanted;
  for (const auto& [guid, story] : stories) {
    const bool may_have_row = !story.arrived || story.accepted > 0;
    const auto record = may_have_row ? m_deliveries.find_delivery(guid) : std::nullopt;
    if (story.is_here(record)) {
      continue; // though GitHub may not have heard our answer
    }
    ++counts.missed;
    if (story.is_over()) {
      ++counts.given_up;
      continue;
    }
    counts.lost += story.is_lost(record) ? 1 : 0;
    // All attempts of it are to be seen again at the next look, or they could not be counted.
    reached =
        std::min(reached, std::chrono::floor<std::chrono::milliseconds>(story.oldest) - k_slack);
    const bool is_first = story.attempts == 1; // GitHub's own
    if (is_first || now >= story.newest.at + k_first_wait * (1 << (story.attempts - 2))) {
      wanted.push_back({guid, record ? record->delivery.repository : "", &story});
    }
  }
  if (counts.lost > 0) {
    m_logger.warn("{} deliveries were taken that the database does not have: it is an older copy, "
                  "or has lost them; they are asked for again",
                  counts.lost);
    m_chores.save_chore_reached(k_lost_come_again,
                                now + k_lost_come_within + std::chrono::seconds(counts.lost));
  }
  m_chores.save_chore_reached(k_looked, now);
  ask_for(std::move(wanted), counts);
  m_chores.save_missed(counts.missed - counts.given_up, counts.given_up);
  m_chores.save_chore_reached(k_chore, std::max(reached, since));
  return counts;
}

// In the order in which they happened: a word and its withdrawal are not to change places. What
// failed the last time comes last: it holds up nobody else, however GitHub fails with it.
void MissedDeliveries::ask_for(std::vector<Wanted> wanted, MissedCounts& counts) {
  std::stable_sort(wanted.begin(), wanted.end(), [](const Wanted& a, const Wanted& b) {
    return a.story->oldest < b.story->oldest;
  });
  std::stable_partition(wanted.begin(), wanted.end(),
                        [this](const Wanted& each) { return !m_failed.contains(each.guid); });
  int in_a_row = 0;
  for (const Wanted& each : wanted) {
    const LogKeys keys{{"delivery", each.guid}, {"repo", each.repository}};
    const HookAttempt& newest = each.story->newest;
    try {
      m_api.redeliver(newest.id);
      ++counts.asked;
      m_failed.erase(each.guid);
      in_a_row = 0;
      m_logger.info("asked for {} again, answered with {} at attempt {}", newest.event,
                    newest.status, each.story->attempts);
    } catch (const Error& e) {
      m_logger.warn("{} is not asked for again: {}", newest.event, e.what());
      if (e.kind() != ErrorKind::unavailable) {
        continue; // too old, or its installation is gone
      }
      ++counts.failed;
      m_failed.insert(each.guid);
      if (++in_a_row == k_most_failures) {
        m_logger.warn("{} in a row could not be asked for: the others wait for the next look",
                      in_a_row);
        return;
      }
    }
  }
}

} // namespace leadline
