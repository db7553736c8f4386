#include "analyzers/risk/wording.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace leadline {
namespace {

constexpr std::size_t k_longest = 60;

enum class Noun { none, counted, measured };

// What kind of noun a title begins with: "connections that the server accepts", "memory a container
// may use", "how long a client may be silent".
Noun noun_of(std::string_view what) {
  constexpr std::array<std::string_view, 15> k_ends = {
      " that ", " of ",  " per ", " a ",   " an ",   " to ", " from ",  " in ",
      " at ",   " for ", " on ",  " the ", " with ", " as ", " beyond "};
  std::string_view head = what;
  for (const std::string_view end : k_ends) {
    head = head.substr(0, head.find(end));
  }
  constexpr std::array<std::string_view, 7> k_clauses = {"how ",   "whether ", "what ", "which ",
                                                         "where ", "when ",    "lets "};
  if (std::any_of(k_clauses.begin(), k_clauses.end(),
                  [&](std::string_view start) { return head.starts_with(start); })) {
    return Noun::none;
  }
  const std::string last = to_lower(head.substr(head.rfind(' ') + 1));
  constexpr std::array<std::string_view, 16> k_measured = {
      "memory", "disk",     "space", "room",       "traffic", "bandwidth",   "heap", "storage",
      "cpu",    "capacity", "quota", "throughput", "weight",  "concurrency", "rate", "parallelism"};
  if (std::find(k_measured.begin(), k_measured.end(), last) != k_measured.end()) {
    return Noun::measured;
  }
  const bool plural = last.size() > 3 && last.ends_with('s') && !last.ends_with("ss") &&
                      !last.ends_with("us") && !last.ends_with("is");
  return plural ? Noun::counted : Noun::none;
}

std::string times(double ratio) {
  // One decimal only where it says something.
  const double rounded = std::round(ratio * 10) / 10;
  return rounded == std::floor(rounded) || rounded >= 10 ? fmt::format("{:.0f}", rounded)
                                                         : fmt::format("{:.1f}", rounded);
}

std::string compare(const QuantityChange& change, std::string_view less, std::string_view as_much,
                    std::string_view more) {
  if (change.sign_changed) {
    return "to or from a negative value, often \"no limit\"";
  }
  if (change.ratio == 0) {
    return "down to zero";
  }
  if (!std::isfinite(change.ratio)) {
    return "up from zero";
  }
  if (change.ratio < 1) {
    const double share = 100 * (1 - change.ratio);
    return share > 99
               ? fmt::format("{} times {}", times(1 / change.ratio), less)
               : fmt::format("{} % {}", share < 1 ? "under 1" : fmt::format("{:.0f}", share), less);
  }
  if (change.ratio < 1.95) {
    return fmt::format("{:.0f} % {}", 100 * (change.ratio - 1), more);
  }
  return times(change.ratio) == "2" ? fmt::format("twice {}", as_much)
                                    : fmt::format("{} times {}", times(change.ratio), as_much);
}

} // namespace

std::string amount(const QuantityChange& change) {
  return compare(change, "less", "as much", "more");
}

std::string amount_of(const QuantityChange& change, std::string_view what) {
  const Noun noun = noun_of(what);
  const bool special = change.sign_changed || change.ratio == 0 || !std::isfinite(change.ratio);
  if (noun == Noun::none || special) {
    return fmt::format("{}: {}", amount(change), what);
  }
  return noun == Noun::counted
             ? fmt::format("{} {}", compare(change, "fewer", "as many", "more"), what)
             : fmt::format("{} {}", amount(change), what);
}

std::string length_of_time(const QuantityChange& change) {
  return compare(change, "shorter", "as long", "longer");
}

std::string how_often(const QuantityChange& change) {
  if (change.sign_changed || change.ratio == 0 || !std::isfinite(change.ratio)) {
    return amount(change);
  }
  return change.ratio < 1 ? times(1 / change.ratio) + " times as often"
                          : times(change.ratio) + " times less often";
}

std::string shown_value(std::string_view value) {
  std::string line(trim(value.substr(0, value.find('\n'))));
  if (line.size() < trim(value).size() || line.size() > k_longest) {
    std::size_t cut = std::min<std::size_t>(line.size(), k_longest - 3);
    while (cut > 0 && cut < line.size() &&
           (static_cast<unsigned char>(line[cut]) & 0xC0U) == 0x80U) {
      --cut; // not inside a UTF-8 sequence
    }
    line = line.substr(0, cut) + "...";
  }
  return line.empty() ? "(blank)" : line;
}

} // namespace leadline
