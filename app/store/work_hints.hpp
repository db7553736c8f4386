#pragma once

#include <spdlog/fwd.h>

#include <functional>
#include <memory>
#include <string>

namespace leadline {

// Servers that share a database tell each other that there may be new work, so that it starts at
// once and not with their next look (WorkerOptions::poll). Only a hint: it may be lost or come
// twice, and a database that has none of it (LISTEN and NOTIFY of PostgreSQL,
// https://www.postgresql.org/docs/current/sql-notify.html) serves as well. An embedded database has
// one server, and nothing is told. Both classes are safe for several threads.
class WorkAnnouncer {
public:
  static std::unique_ptr<WorkAnnouncer> create(const std::string& database_url,
                                               spdlog::logger& logger);
  virtual ~WorkAnnouncer() = default;

  virtual void announce() noexcept = 0; // returns at once; many in a row may become one
};

class WorkListener {
public:
  // `hinted` is called on a thread of the listener after any server, this one too, has announced
  // work.
  static std::unique_ptr<WorkListener> create(const std::string& database_url,
                                              std::function<void()> hinted, spdlog::logger& logger);
  virtual ~WorkListener() = default; // waits until `hinted` has returned
};

} // namespace leadline
