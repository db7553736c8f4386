#include "analyzers/risk/units.hpp"

#include "base/text.hpp"

#include <array>
#include <charconv>

namespace leadline {
namespace {

constexpr double k_kib = 1024.0;
constexpr double k_mib = k_kib * k_kib;
constexpr double k_gib = k_mib * k_kib;
constexpr double k_tib = k_gib * k_kib;
constexpr double k_pib = k_tib * k_kib;

struct Row {
  std::string_view word;
  Unit unit;
};

using D = Dimension;

// Words of at least two letters, lower case: they mean one thing everywhere.
// clang-format off
constexpr auto k_words = std::to_array<Row>({
    {"ns", {D::time, 1e-9, "ns"}},          {"nanos", {D::time, 1e-9, "ns"}},
    {"nanosecond", {D::time, 1e-9, "ns"}},  {"nanoseconds", {D::time, 1e-9, "ns"}},
    {"us", {D::time, 1e-6, "us"}},          {"\xc2\xb5s", {D::time, 1e-6, "us"}},
    {"micros", {D::time, 1e-6, "us"}},      {"microsecond", {D::time, 1e-6, "us"}},
    {"microseconds", {D::time, 1e-6, "us"}}, {"usec", {D::time, 1e-6, "us"}},
    {"ms", {D::time, 1e-3, "ms"}},          {"msec", {D::time, 1e-3, "ms"}},
    {"msecs", {D::time, 1e-3, "ms"}},       {"millis", {D::time, 1e-3, "ms"}},
    {"millisecond", {D::time, 1e-3, "ms"}}, {"milliseconds", {D::time, 1e-3, "ms"}},
    {"sec", {D::time, 1, "s"}},             {"secs", {D::time, 1, "s"}},
    {"second", {D::time, 1, "s"}},          {"seconds", {D::time, 1, "s"}},
    {"min", {D::time, 60, "min"}},          {"mins", {D::time, 60, "min"}},
    {"minute", {D::time, 60, "min"}},       {"minutes", {D::time, 60, "min"}},
    {"hr", {D::time, 3600, "h"}},           {"hrs", {D::time, 3600, "h"}},
    {"hour", {D::time, 3600, "h"}},         {"hours", {D::time, 3600, "h"}},
    {"day", {D::time, 86400, "d"}},         {"days", {D::time, 86400, "d"}},
    {"wk", {D::time, 604800, "w"}},         {"week", {D::time, 604800, "w"}},
    {"weeks", {D::time, 604800, "w"}},      {"month", {D::time, 30.44 * 86400, "month"}},
    {"months", {D::time, 30.44 * 86400, "month"}}, {"year", {D::time, 365.25 * 86400, "y"}},
    {"years", {D::time, 365.25 * 86400, "y"}},
    {"byte", {D::bytes, 1, "B"}},           {"bytes", {D::bytes, 1, "B"}},
    {"kb", {D::bytes, k_kib, "KiB"}},       {"kib", {D::bytes, k_kib, "KiB"}},
    {"ki", {D::bytes, k_kib, "KiB"}},       {"kilobyte", {D::bytes, k_kib, "KiB"}},
    {"kilobytes", {D::bytes, k_kib, "KiB"}}, {"mb", {D::bytes, k_mib, "MiB"}},
    {"mib", {D::bytes, k_mib, "MiB"}},      {"mi", {D::bytes, k_mib, "MiB"}},
    {"megabyte", {D::bytes, k_mib, "MiB"}}, {"megabytes", {D::bytes, k_mib, "MiB"}},
    {"gb", {D::bytes, k_gib, "GiB"}},       {"gib", {D::bytes, k_gib, "GiB"}},
    {"gi", {D::bytes, k_gib, "GiB"}},       {"gigabyte", {D::bytes, k_gib, "GiB"}},
    {"gigabytes", {D::bytes, k_gib, "GiB"}}, {"tb", {D::bytes, k_tib, "TiB"}},
    {"tib", {D::bytes, k_tib, "TiB"}},      {"ti", {D::bytes, k_tib, "TiB"}},
    {"terabyte", {D::bytes, k_tib, "TiB"}}, {"terabytes", {D::bytes, k_tib, "TiB"}},
    {"pb", {D::bytes, k_pib, "PiB"}},       {"pib", {D::bytes, k_pib, "PiB"}},
    {"pi", {D::bytes, k_pib, "PiB"}},       {"ei", {D::bytes, k_pib * k_kib, "EiB"}},
    {"bps", {D::bytes_per_second, 1 / 8.0, "bit/s"}},
    {"kbps", {D::bytes_per_second, 1e3 / 8, "kbit/s"}}, {"kbit", {D::bytes_per_second, 1e3 / 8, "kbit/s"}},
    {"mbps", {D::bytes_per_second, 1e6 / 8, "Mbit/s"}}, {"mbit", {D::bytes_per_second, 1e6 / 8, "Mbit/s"}},
    {"gbps", {D::bytes_per_second, 1e9 / 8, "Gbit/s"}}, {"gbit", {D::bytes_per_second, 1e9 / 8, "Gbit/s"}},
    {"rps", {D::rate, 1, "/s"}},            {"qps", {D::rate, 1, "/s"}},
    {"tps", {D::rate, 1, "/s"}},            {"iops", {D::rate, 1, "/s"}},
    {"percent", {D::percent, 1, "%"}},      {"%", {D::percent, 1, "%"}},
    {"ratio", {D::percent, 100, "ratio"}},
    {"core", {D::cores, 1, "cores"}},       {"cores", {D::cores, 1, "cores"}},
    {"cpu", {D::cores, 1, "cores"}},        {"cpus", {D::cores, 1, "cores"}},
    {"vcpu", {D::cores, 1, "cores"}},       {"vcpus", {D::cores, 1, "cores"}},
    {"millicores", {D::cores, 1e-3, "m"}},
});
// clang-format on

struct Letter {
  char letter;
  Unit unit;
};

constexpr auto k_time = std::to_array<Letter>({{'s', {D::time, 1, "s"}},
                                               {'S', {D::time, 1, "s"}},
                                               {'m', {D::time, 60, "min"}},
                                               {'M', {D::time, 30.44 * 86400, "month"}},
                                               {'h', {D::time, 3600, "h"}},
                                               {'H', {D::time, 3600, "h"}},
                                               {'d', {D::time, 86400, "d"}},
                                               {'D', {D::time, 86400, "d"}},
                                               {'w', {D::time, 604800, "w"}},
                                               {'y', {D::time, 365.25 * 86400, "y"}}});
constexpr auto k_bytes = std::to_array<Letter>({{'b', {D::bytes, 1, "B"}},
                                                {'B', {D::bytes, 1, "B"}},
                                                {'k', {D::bytes, k_kib, "KiB"}},
                                                {'K', {D::bytes, k_kib, "KiB"}},
                                                {'m', {D::bytes, k_mib, "MiB"}},
                                                {'M', {D::bytes, k_mib, "MiB"}},
                                                {'g', {D::bytes, k_gib, "GiB"}},
                                                {'G', {D::bytes, k_gib, "GiB"}},
                                                {'t', {D::bytes, k_tib, "TiB"}},
                                                {'T', {D::bytes, k_tib, "TiB"}}});
constexpr auto k_kubernetes = std::to_array<Letter>({{'m', {D::bytes, 1e-3, "mB"}},
                                                     {'k', {D::bytes, 1e3, "kB"}},
                                                     {'K', {D::bytes, 1e3, "kB"}},
                                                     {'M', {D::bytes, 1e6, "MB"}},
                                                     {'G', {D::bytes, 1e9, "GB"}},
                                                     {'T', {D::bytes, 1e12, "TB"}},
                                                     {'P', {D::bytes, 1e15, "PB"}},
                                                     {'E', {D::bytes, 1e18, "EB"}}});
constexpr auto k_cores = std::to_array<Letter>({{'m', {D::cores, 1e-3, "m"}},
                                                {'u', {D::cores, 1e-6, "u"}},
                                                {'n', {D::cores, 1e-9, "n"}},
                                                {'k', {D::cores, 1e3, "k"}}});
constexpr auto k_count = std::to_array<Letter>({{'k', {D::count, 1e3, "k"}},
                                                {'K', {D::count, 1e3, "k"}},
                                                {'M', {D::count, 1e6, "M"}},
                                                {'G', {D::count, 1e9, "G"}}});

template <std::size_t N>
std::optional<Unit> letter(char wanted, const std::array<Letter, N>& letters) {
  for (const Letter& row : letters) {
    if (row.letter == wanted) {
      return row.unit;
    }
  }
  return std::nullopt;
}

std::optional<Unit> one_letter(char wanted, Reading expected) {
  switch (expected) {
  case Reading::time:
    return letter(wanted, k_time);
  case Reading::bytes:
    return letter(wanted, k_bytes);
  case Reading::kubernetes:
    return letter(wanted, k_kubernetes);
  case Reading::cores:
    return letter(wanted, k_cores);
  case Reading::count:
    return letter(wanted, k_count);
  case Reading::percent:
  case Reading::rate:
    return std::nullopt;
  case Reading::unknown:
    break;
  }
  // Without a hint: what the letter means most often. 's', 'h', 'd', 'w' and 'm' are times, the
  // rest sizes.
  if (wanted == 'm' || wanted == 's' || wanted == 'h' || wanted == 'd' || wanted == 'w') {
    return letter(wanted, k_time);
  }
  return letter(wanted, k_bytes);
}

std::optional<Unit> word_unit(std::string_view lower) {
  for (const Row& row : k_words) {
    if (row.word == lower) {
      return row.unit;
    }
  }
  return std::nullopt;
}

Reading reading_of(Dimension dimension) {
  switch (dimension) {
  case Dimension::count:
    return Reading::count;
  case Dimension::time:
    return Reading::time;
  case Dimension::bytes:
  case Dimension::bytes_per_second:
    return Reading::bytes;
  case Dimension::rate:
    return Reading::rate;
  case Dimension::cores:
    return Reading::cores;
  case Dimension::percent:
    return Reading::percent;
  }
  return Reading::unknown;
}

} // namespace

std::optional<Unit> unit_of(std::string_view word, Reading expected) {
  const std::size_t slash = word.find('/'); // MB/s, r/m, req/s
  if (slash != std::string_view::npos) {
    const std::string_view above = trim(word.substr(0, slash));
    const std::optional<Unit> below = unit_of(trim(word.substr(slash + 1)), Reading::time);
    if (!below || below->dimension != Dimension::time) {
      return std::nullopt;
    }
    const std::optional<Unit> counted =
        above.empty() ? std::nullopt : unit_of(above, Reading::bytes);
    if (counted && counted->dimension == Dimension::bytes) {
      return Unit{Dimension::bytes_per_second, counted->factor / below->factor,
                  below->factor == 1 ? counted->name : "B/time"};
    }
    return Unit{Dimension::rate, 1 / below->factor,
                below->factor == 1    ? "/s"
                : below->factor == 60 ? "/min"
                                      : "/time"};
  }
  if (word.size() == 1 && word != "%") {
    return one_letter(word[0], expected);
  }
  return word_unit(to_lower(word));
}

DefaultUnit default_unit_of(std::string_view text) {
  text = trim(text);
  if (text.empty()) {
    return {};
  }
  if (text == "kubernetes-bytes") {
    return {{Dimension::bytes, 1, "B"}, Reading::kubernetes};
  }
  double multiple = 1; // "8kB": PostgreSQL counts in blocks
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), multiple);
  const std::string_view word =
      error == std::errc() ? trim(text.substr(static_cast<std::size_t>(end - text.data()))) : text;
  std::optional<Unit> unit = word == "s" ? std::optional(Unit{Dimension::time, 1, "s"})
                             : word == "h" || word == "d" ? one_letter(word[0], Reading::time)
                             : word.size() == 1           ? unit_of(word, Reading::bytes)
                                                          : unit_of(word, Reading::unknown);
  if (!unit) {
    return {{Dimension::count, 1, {}}, Reading::count};
  }
  unit->factor *= error == std::errc() ? multiple : 1;
  return {*unit, reading_of(unit->dimension)};
}

std::optional<Unit> unit_in_name(std::string_view identifier) {
  const std::size_t dot = identifier.find_last_of(".:");
  std::string_view last = dot == std::string_view::npos ? identifier : identifier.substr(dot + 1);
  if (const std::optional<Unit> whole = word_unit(to_lower(last))) {
    return whole;
  }
  // The last word of camelCase or snake_case: ofSeconds, from_secs, FromMinutes.
  std::size_t at = last.size();
  while (at > 0 && last[at - 1] >= 'a' && last[at - 1] <= 'z') {
    --at;
  }
  if (at > 0 && last[at - 1] >= 'A' && last[at - 1] <= 'Z') {
    --at;
  }
  return at < last.size() ? word_unit(to_lower(last.substr(at))) : std::nullopt;
}

} // namespace leadline
