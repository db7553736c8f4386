#pragma once

#include <chrono>
#include <memory>

namespace spdlog {
class logger;
}

namespace leadline {

class Clock;
class Metrics;
class Store;
class WorkAnnouncer;
struct ServerConfig;

// The part of the server that works on jobs, and the chores that make some.
class WorkSide {
public:
  // Borrows all but `config`. `others` is told of jobs that any server may take.
  static std::unique_ptr<WorkSide> create(const ServerConfig& config, Store& store,
                                          WorkAnnouncer& others, Metrics& metrics, Clock& clock,
                                          spdlog::logger& logger);
  virtual ~WorkSide() = default;

  virtual void start() = 0;
  virtual void wake() = 0;             // there may be a job
  virtual bool is_refused() const = 0; // GitHub does not believe that this is the App
  // True when nothing runs on: only then may this, and what it borrows, be destroyed.
  virtual bool stop(std::chrono::milliseconds deadline) = 0;
};

} // namespace leadline
