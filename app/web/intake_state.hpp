#pragma once

#include <atomic>
#include <chrono>

namespace leadline {

// Whether deliveries can be stored, as those say that were stored or not. A probe of the database
// may pass where a delivery does not: a full disk has room for one row more, a damaged page is not
// everybody's. Safe for several threads.
class IntakeState {
public:
  using Time = std::chrono::steady_clock::time_point;

  void stored() { m_failed_at = Time::min(); }
  void failed(Time now = std::chrono::steady_clock::now()) { m_failed_at = now; }

  // The database was found damaged: nothing is promised any more until it is mended and the server
  // started again.
  void set_damaged() { m_damaged = true; }
  bool is_damaged() const { return m_damaged; }

  // The newest delivery could not be stored, a short time ago. After that time the next one is
  // tried: where nobody is sent who is not ready, nothing else would end it.
  bool is_failing(Time now = std::chrono::steady_clock::now()) const {
    const Time failed_at = m_failed_at;
    return failed_at != Time::min() && now < failed_at + k_remembered;
  }

  static constexpr std::chrono::seconds k_remembered{10};

private:
  std::atomic<Time> m_failed_at{Time::min()};
  std::atomic<bool> m_damaged = false;
};

} // namespace leadline
