#pragma once

#include "app/github/clock.hpp"
#include "app/jobs/lease.hpp"

#include <mutex>
#include <optional>

namespace spdlog {
class logger;
}

namespace leadline {

class Store;

// The time of the database, which is the same for all servers that share it: leases and queues
// agree although a clock of one server is wrong. The database is asked once a minute; in between
// the machine's uptime counts, which nobody sets. Where the database has no clock of its own, or
// cannot be asked, it is `own`'s. Safe for several threads.
class StoreClock final : public Clock {
public:
  StoreClock(Store& store, Clock& own, Uptime uptime = machine_uptime);

  std::chrono::system_clock::time_point now() const override;
  void sleep_for(std::chrono::milliseconds duration) override { m_own.sleep_for(duration); }

private:
  struct Reading {
    std::chrono::system_clock::time_point time;
    std::chrono::milliseconds at{};
  };

  Store& m_store;
  Clock& m_own;
  const Uptime m_uptime;
  mutable std::mutex m_mutex; // guards what follows
  mutable std::optional<Reading> m_reading;
  mutable std::optional<std::chrono::milliseconds> m_asked; // the last time
};

} // namespace leadline
