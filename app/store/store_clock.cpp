#include "app/store/store_clock.hpp"

#include "app/store/store.hpp"
#include "base/error.hpp"

#include <utility>

namespace leadline {
namespace {

constexpr std::chrono::minutes k_trusted{1};

} // namespace

StoreClock::StoreClock(Store& store, Clock& own, Uptime uptime)
    : m_store(store), m_own(own), m_uptime(std::move(uptime)) {}

std::chrono::system_clock::time_point StoreClock::now() const {
  const auto before = m_uptime();
  bool due = false;
  {
    const std::lock_guard lock(m_mutex);
    due = !m_asked || before - *m_asked >= k_trusted;
    if (due) {
      m_asked = before; // one thread asks
    }
  }
  std::optional<TimePoint> read;
  if (due) {
    try {
      read = m_store.time();
    } catch (const Error&) { // whoever needs the database more than its clock says so
    }
  }
  const auto after = m_uptime();
  const std::lock_guard lock(m_mutex);
  if (read) {
    m_reading = Reading{*read, before + (after - before) / 2};
  }
  return m_reading ? m_reading->time + (after - m_reading->at) : m_own.now();
}

} // namespace leadline
