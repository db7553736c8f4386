#include "analyzers/settings/code/callee_words.hpp"

#include "analyzers/settings/code/literal_text.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <vector>

namespace leadline {
namespace {

constexpr std::size_t k_longest_callee = 300;

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& sorted) {
  return std::binary_search(sorted.begin(), sorted.end(), word);
}

} // namespace

bool names_setting(std::string_view name) {
  static constexpr auto words = std::to_array<std::string_view>(
      {"age",         "attempt",  "attempts",    "backoff",  "batch",       "buffer", "burst",
       "capacity",    "certs",    "concurrency", "conn",     "connections", "conns",  "count",
       "cpu",         "danger",   "delay",       "disable",  "enable",      "expire", "expiry",
       "heap",        "idle",     "insecure",    "interval", "keepalive",   "length", "level",
       "lifetime",    "limit",    "max",         "maximum",  "memory",      "min",    "minimum",
       "parallelism", "period",   "pool",        "port",     "prefetch",    "queue",  "quota",
       "rate",        "replicas", "retries",     "retry",    "size",        "ssl",    "threads",
       "threshold",   "timeout",  "tls",         "ttl",      "verify",      "wait",   "window",
       "workers"});
  static_assert(std::is_sorted(words.begin(), words.end()));
  const std::vector<std::string> parts = identifier_words(name);
  return std::any_of(parts.begin(), parts.end(),
                     [](const std::string& part) { return is_one_of(part, words); });
}

bool never_names_setting(std::string_view name) {
  static constexpr auto names = std::to_array<std::string_view>(
      {"all",     "and",       "append", "apply", "arg",      "assert",    "check",  "compare",
       "concat",  "contains",  "count",  "debug", "describe", "equal",     "equals", "error",
       "errorf",  "expect",    "fatal",  "find",  "format",   "gsub",      "has",    "header",
       "in",      "includes",  "index",  "info",  "it",       "join",      "log",    "lpush",
       "match",   "matches",   "of",     "on",    "pad",      "padding",   "panic",  "print",
       "printf",  "println",   "push",   "puts",  "range",    "regexp",    "repeat", "replace",
       "require", "run",       "search", "split", "sprintf",  "starts",    "strpos", "sub",
       "substr",  "substring", "test",   "throw", "trace",    "translate", "trim",   "warn",
       "warning", "where",     "write"});
  static_assert(std::is_sorted(names.begin(), names.end()));
  const std::vector<std::string> parts = identifier_words(name);
  return parts.empty() || is_one_of(parts.front(), names);
}

bool is_fallback(std::string_view name) {
  static constexpr auto names = std::to_array<std::string_view>(
      {"getOrElse", "orElse", "orElseGet", "or_else", "unwrap_or", "unwrap_or_else"});
  static_assert(std::is_sorted(names.begin(), names.end()));
  return is_one_of(name, names);
}

bool names_origins(std::string_view name) {
  const std::vector<std::string> parts = identifier_words(name);
  return std::any_of(parts.begin(), parts.end(),
                     [](const std::string& part) { return part == "origin" || part == "origins"; });
}

std::string_view without_setter(std::string_view name) {
  for (const std::string_view prefix : {"set_", "with_", "set", "Set", "with", "With"}) {
    if (name.size() > prefix.size() && name.substr(0, prefix.size()) == prefix) {
      const char next = name[prefix.size()];
      if (prefix.back() == '_' || (next >= 'A' && next <= 'Z')) {
        return name.substr(prefix.size());
      }
    }
  }
  return name;
}

std::string flat_callee(std::string_view text) {
  text = trim(text.size() > k_longest_callee ? text.substr(text.size() - k_longest_callee) : text);
  if (text.substr(0, 4) == "new ") {
    text = trim(text.substr(4));
  }
  std::string flat;
  int depth = 0;
  char last = '\0';
  for (const char c : text) {
    const bool arrow = last == '-' && c == '>';
    last = c;
    if (arrow && depth > 0) {
      continue; // of a function inside, closes nothing
    }
    if (c == '(' || c == '<' || c == '{') {
      ++depth;
    } else if (c == ')' || c == '>' || c == '}') {
      depth = std::max(0, depth - 1);
      if (c == '>' && !flat.empty() && flat.back() == '-') {
        flat.back() = '.';
      }
    } else if (depth == 0 && c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '?' &&
               c != '!' && c != '@' && c != '$' && c != '\\') {
      flat += c;
    }
  }
  return flat;
}

} // namespace leadline
