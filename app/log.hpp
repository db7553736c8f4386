#pragma once

#include <initializer_list>
#include <memory>
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
// escaped. text:  2026-01-02T03:04:05.678Z info  message delivery=... repo=owner/name pr=7 sha=...
// json:
// {"time":"2026-01-02T03:04:05.678Z","level":"info","message":"...","delivery":"...","repo":...}
std::shared_ptr<spdlog::logger> make_logger(const LogOptions& options);
std::unique_ptr<spdlog::formatter> make_log_formatter(LogFormat format);

bool is_log_level(std::string_view level);

// Keys that every line of this thread carries while the object lives: `delivery repo pr sha`.
// Objects nest and end in the order of the stack; an empty value is left out.
class LogKeys {
public:
  LogKeys(std::initializer_list<std::pair<std::string_view, std::string>> keys);
  ~LogKeys();
  LogKeys(const LogKeys&) = delete;
  LogKeys& operator=(const LogKeys&) = delete;

private:
  std::size_t m_before = 0;
};

} // namespace leadline
