#include "app/github/clock.hpp"

#include <thread>

namespace leadline {
namespace {

class SystemClock final : public Clock {
public:
  std::chrono::system_clock::time_point now() const override {
    return std::chrono::system_clock::now();
  }
  void sleep_for(std::chrono::milliseconds duration) override {
    std::this_thread::sleep_for(duration);
  }
};

} // namespace

Clock& Clock::system() {
  static SystemClock clock;
  return clock;
}

} // namespace leadline
