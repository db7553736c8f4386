#pragma once

#include <chrono>
#include <cstddef>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace spdlog {
class formatter;
class logger;
namespace sinks {
class sink;
}
} // namespace spdlog

namespace leadline {

enum class LogFormat { text, json };

struct LogOptions {
  std::string level = "info"; // trace, debug, info, warn, error, off
  LogFormat format = LogFormat::text;
};

// A logger to standard error. One event is one line whatever its text holds: control characters are
// escaped, and what cannot be seen or reorders what is seen is shown as "[U+202E]". text:
// 2026-01-02T03:04:05.678Z info  message delivery=... repo=owner/name pr=7 sha=... json:
// {"time":"2026-01-02T03:04:05.678Z","level":"info","message":"...","delivery":"...","repo":...}
std::shared_ptr<spdlog::logger> make_logger(const LogOptions& options);
std::unique_ptr<spdlog::formatter> make_log_formatter(LogFormat format);

bool is_log_level(std::string_view level);

// Keys that every line of this thread carries while the object lives: `delivery repo pr sha`.
// Objects nest and end in the order of the stack; an empty value is left out, and of one name the
// innermost counts.
class LogKeys {
public:
  LogKeys(std::initializer_list<std::pair<std::string_view, std::string>> keys);
  ~LogKeys();
  LogKeys(const LogKeys&) = delete;
  LogKeys& operator=(const LogKeys&) = delete;

private:
  std::size_t m_before = 0;
};

// Lets one line a second pass: what strangers cause must not fill the disk. Safe for several
// threads.
class LogLimit {
public:
  using Time = std::chrono::steady_clock::time_point;
  // How many were held back before this one; nullopt when this one is held back as well.
  std::optional<std::size_t> pass(Time now = std::chrono::steady_clock::now());

private:
  std::mutex m_mutex;
  Time m_next = Time::min();
  std::size_t m_held_back = 0;
};

} // namespace leadline
