#pragma once

#include <chrono>

namespace leadline {

// Time as the GitHub client needs it; tests pass one that stands still. Safe for several threads.
class Clock {
public:
  virtual ~Clock() = default;
  virtual std::chrono::system_clock::time_point now() const = 0;
  virtual void sleep_for(std::chrono::milliseconds duration) = 0;

  // The machine's clock; lives as long as the program.
  static Clock& system();
};

} // namespace leadline
