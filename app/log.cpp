#include "app/log.hpp"

#include "app/render/neutralize.hpp"

#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>
#include <vector>

namespace leadline {
namespace {

using Key = std::pair<std::string, std::string>;

std::vector<Key>& keys_of_this_thread() {
  thread_local std::vector<Key> keys;
  return keys;
}

constexpr std::array<std::string_view, 6> k_levels = {"trace", "debug", "info",
                                                      "warn",  "error", "off"};

// As a JSON string has it, without the quotes (RFC 8259): also what keeps a text line one line.
void append_escaped(std::string& out, std::string_view text) {
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  for (auto at = text.begin(); at != text.end();) {
    if (!is_ascii(*at)) {
      const auto end = std::find_if(at, text.end(), is_ascii);
      out += visible({at, end});
      at = end;
      continue;
    }
    const char c = *at++;
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
}

void append_json(std::string& out, std::string_view name, std::string_view value) {
  out += out.empty() ? "{\"" : ",\"";
  append_escaped(out, name);
  out += "\":\"";
  append_escaped(out, value);
  out += '"';
}

// Of one name the innermost.
template <typename Each>
void for_each_key(Each each) {
  const auto& keys = keys_of_this_thread();
  for (auto key = keys.begin(); key != keys.end(); ++key) {
    const bool hidden = std::any_of(std::next(key), keys.end(),
                                    [&](const auto& inner) { return inner.first == key->first; });
    if (!hidden) {
      each(key->first, key->second);
    }
  }
}

class Formatter final : public spdlog::formatter {
public:
  explicit Formatter(LogFormat format) : m_format(format) {}

  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& destination) override {
    const auto seconds = std::chrono::time_point_cast<std::chrono::seconds>(message.time);
    const auto millis =
        std::chrono::duration_cast<std::chrono::milliseconds>(message.time - seconds).count();
    const std::string time =
        fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z",
                    fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)), millis);
    const std::string_view level = k_levels.at(
        std::min<std::size_t>(static_cast<std::size_t>(message.level), k_levels.size() - 2));
    const std::string_view text(message.payload.data(), message.payload.size());
    std::string line;
    if (m_format == LogFormat::json) {
      append_json(line, "time", time);
      append_json(line, "level", level);
      append_json(line, "message", text);
      for_each_key([&](const std::string& name, const std::string& value) {
        append_json(line, name, value);
      });
      line += "}\n";
    } else {
      line = fmt::format("{} {:<5} ", time, level);
      append_escaped(line, text);
      for_each_key([&](const std::string& name, const std::string& value) {
        line += ' ' + name + '=';
        append_escaped(line, value);
      });
      line += '\n';
    }
    destination.append(line.data(), line.data() + line.size());
  }

  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<Formatter>(m_format);
  }

private:
  LogFormat m_format;
};

} // namespace

bool is_log_level(std::string_view level) {
  return std::find(k_levels.begin(), k_levels.end(), level) != k_levels.end();
}

std::unique_ptr<spdlog::formatter> make_log_formatter(LogFormat format) {
  return std::make_unique<Formatter>(format);
}

std::shared_ptr<spdlog::logger> make_logger(const LogOptions& options) {
  auto logger = std::make_shared<spdlog::logger>("leadline",
                                                 std::make_shared<spdlog::sinks::stderr_sink_mt>());
  logger->set_formatter(make_log_formatter(options.format));
  logger->set_level(spdlog::level::from_str(options.level));
  logger->flush_on(spdlog::level::info);
  return logger;
}

LogKeys::LogKeys(std::initializer_list<std::pair<std::string_view, std::string>> keys)
    : m_before(keys_of_this_thread().size()) {
  for (const auto& [name, value] : keys) {
    if (!value.empty()) {
      keys_of_this_thread().emplace_back(name, value);
    }
  }
}

std::optional<std::size_t> LogLimit::pass(Time now) {
  const std::lock_guard lock(m_mutex);
  if (now < m_next) {
    ++m_held_back;
    return std::nullopt;
  }
  m_next = now + std::chrono::seconds(1);
  return std::exchange(m_held_back, 0);
}

LogKeys::~LogKeys() { keys_of_this_thread().resize(m_before); }

} // namespace leadline
