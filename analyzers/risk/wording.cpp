#include "analyzers/risk/wording.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace leadline {
namespace {

constexpr std::size_t k_longest = 60;

// What a phrase begins with, which decides how it is compared.
enum class Noun {
  counted,  // "connections that the server accepts": fewer
  measured, // "memory a container may use": less
  clause,   // "how long a client may be silent": less
  graded,   // "largest request body", "share of traffic", "size of a volume": lower
};

Noun noun_of(std::string_view what) {
  constexpr std::array<std::string_view, 28> k_ends = {
      " that ",   " of ",     " per ",    " a ",      " an ",      " to ",     " from ",
      " in ",     " at ",     " for ",    " on ",     " the ",     " with ",   " as ",
      " beyond ", " before ", " after ",  " under ",  " between ", " needed ", " kept",
      " held",    " made",    " fetched", " tracked", " reserved", " waiting", " accepted"};
  std::size_t end_of_head = what.size();
  for (const std::string_view end : k_ends) {
    end_of_head = std::min(end_of_head, what.find(end));
  }
  const std::string_view head = what.substr(0, end_of_head);
  const auto starts = [&](const auto& words) {
    return std::any_of(words.begin(), words.end(),
                       [&](std::string_view start) { return what.starts_with(start); });
  };
  constexpr std::array<std::string_view, 7> k_clauses = {"how ",   "whether ", "what ", "which ",
                                                         "where ", "when ",    "lets "};
  constexpr std::array<std::string_view, 11> k_extremes = {
      "most ",    "fewest ",  "largest ", "smallest ", "longest ",        "shortest ",
      "highest ", "deepest ", "lowest ",  "first ",    "fewest and most "};
  if (starts(k_clauses)) {
    return Noun::clause;
  }
  if (starts(k_extremes)) {
    return Noun::graded;
  }
  const std::string last = to_lower(head.substr(head.rfind(' ') + 1));
  constexpr std::array<std::string_view, 15> k_measured = {
      "memory",   "disk",       "space", "room",    "traffic",     "bandwidth",   "storage", "cpu",
      "capacity", "throughput", "wal",   "history", "concurrency", "parallelism", "cache"};
  if (std::find(k_measured.begin(), k_measured.end(), last) != k_measured.end()) {
    return Noun::measured;
  }
  const bool plural = last.size() > 3 && last.ends_with('s') && !last.ends_with("ss") &&
                      !last.ends_with("us") && !last.ends_with("is");
  return plural ? Noun::counted : Noun::graded;
}

std::string times(double ratio) {
  // One decimal only where it says something.
  if (ratio > 1e6) {
    return "over a million";
  }
  const double rounded = std::round(ratio * 10) / 10;
  return rounded == std::floor(rounded) || rounded >= 10 ? fmt::format("{:.0f}", rounded)
                                                         : fmt::format("{:.1f}", rounded);
}

std::string compare(const QuantityChange& change, std::string_view less, std::string_view as_much,
                    std::string_view more) {
  if (change.sign_changed) {
    return change.direction == Direction::down ? "now negative, often \"no limit\""
                                               : "no longer negative, which is often \"no limit\"";
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
  const bool special = change.sign_changed || change.ratio == 0 || !std::isfinite(change.ratio);
  if (special) {
    return fmt::format("{}: {}", amount(change), what);
  }
  switch (noun_of(what)) {
  case Noun::counted:
    return fmt::format("{} {}", compare(change, "fewer", "as many", "more"), what);
  case Noun::measured:
    return fmt::format("{} {}", amount(change), what);
  case Noun::clause:
    return fmt::format("{}: {}", amount(change), what);
  case Noun::graded:
    break;
  }
  return fmt::format("{}: {}", compare(change, "lower", "as high", "higher"), what);
}

std::string length_of_time(const QuantityChange& change) {
  return compare(change, "shorter", "as long", "longer");
}

std::string length_of(const QuantityChange& change, std::string_view what) {
  const bool special = change.sign_changed || change.ratio == 0 || !std::isfinite(change.ratio);
  if (!special && noun_of(what) == Noun::counted) {
    return amount_of(change, what);
  }
  return fmt::format("{}: {}",
                     what.starts_with("when ") ? compare(change, "sooner", "as late", "later")
                                               : length_of_time(change),
                     what);
}

std::string how_often(const QuantityChange& change) {
  if (change.sign_changed || change.ratio == 0 || !std::isfinite(change.ratio)) {
    return amount(change);
  }
  const std::string factor = times(change.ratio < 1 ? 1 / change.ratio : change.ratio);
  if (factor == "1") {
    return "about as often";
  }
  if (change.ratio < 1) {
    return factor == "2" ? "twice as often" : factor + " times as often";
  }
  return factor == "2" ? "half as often" : factor + " times less often";
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
