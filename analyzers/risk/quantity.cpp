#include "analyzers/risk/quantity.hpp"

#include "analyzers/risk/quantity_expression.hpp"
#include "base/text.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace leadline {
namespace {

constexpr std::size_t k_longest = 200;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// PT30S, P1DT2H, P2W (https://www.rfc-editor.org/rfc/rfc3339#appendix-A); java.time.Duration allows
// "PT1.5S" and "-PT5S".
std::optional<Measured> iso_duration(std::string_view text) {
  double sign = 1;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    sign = text[0] == '-' ? -1 : 1;
    text.remove_prefix(1);
  }
  if (text.size() < 3 || (text[0] != 'P' && text[0] != 'p')) {
    return std::nullopt;
  }
  Measured value{0, Unit{Dimension::time, 1, "iso"}, "iso"};
  bool is_clock = false;
  bool has_part = false;
  std::size_t at = 1;
  while (at < text.size()) {
    if (text[at] == 'T' || text[at] == 't') {
      is_clock = true;
      ++at;
      continue;
    }
    double amount = 0;
    const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), amount);
    at = static_cast<std::size_t>(end - text.data());
    if (error != std::errc() || at >= text.size()) {
      return std::nullopt;
    }
    const char unit = text[at++];
    const double factor = !is_clock && (unit == 'D' || unit == 'd')   ? 86400
                          : !is_clock && (unit == 'W' || unit == 'w') ? 604800
                          : is_clock && (unit == 'H' || unit == 'h')  ? 3600
                          : is_clock && (unit == 'M' || unit == 'm')  ? 60
                          : is_clock && (unit == 'S' || unit == 's')  ? 1
                          : !is_clock && unit == 'Y'                  ? 365.25 * 86400
                          : !is_clock && unit == 'M'                  ? 30.44 * 86400
                                                                      : 0;
    if (factor == 0 || !std::isfinite(amount)) {
      return std::nullopt;
    }
    value.number += sign * amount * factor;
    has_part = true;
  }
  return has_part ? std::optional(value) : std::nullopt;
}

// 00:05:00 where a time is due (.NET's TimeSpan).
std::optional<Measured> clock_duration(std::string_view text) {
  const std::vector<std::string_view> parts = split(text, ':');
  if (parts.size() != 3) {
    return std::nullopt;
  }
  double seconds = 0;
  for (const std::string_view part : parts) {
    double amount = 0;
    const auto [end, error] = std::from_chars(part.data(), part.data() + part.size(), amount);
    if (error != std::errc() || end != part.data() + part.size() || part.empty() ||
        !is_digit(part[0])) {
      return std::nullopt;
    }
    seconds = seconds * 60 + amount;
  }
  return Measured{seconds, Unit{Dimension::time, 1, "clock"}, "clock"};
}

} // namespace

std::optional<Quantity> parse_quantity(std::string_view text, std::string_view default_unit) {
  text = trim(text);
  if (text.empty() || text.size() > k_longest) {
    return std::nullopt;
  }
  const DefaultUnit standard = default_unit_of(default_unit);
  std::optional<Measured> value = read_expression(text, standard.reading);
  if (!value) {
    value = iso_duration(text);
  }
  if (!value && standard.reading == Reading::time) {
    value = clock_duration(text);
  }
  if (!value) {
    return std::nullopt;
  }
  Quantity quantity;
  quantity.unit_written = value->unit.has_value();
  if (value->unit) {
    quantity.dimension = value->unit->dimension;
    quantity.value = value->number;
    quantity.unit = value->name;
  } else {
    quantity.dimension = standard.unit.dimension;
    quantity.value = value->number * standard.unit.factor;
    quantity.unit = std::string(standard.unit.name);
  }
  return std::isfinite(quantity.value) ? std::optional(quantity) : std::nullopt;
}

std::optional<bool> parse_switch(std::string_view text) {
  const std::string word = to_lower(trim(text));
  for (const std::string_view on : {"on", "yes", "true", "enabled", "enable", "1"}) {
    if (word == on) {
      return true;
    }
  }
  for (const std::string_view off : {"off", "no", "false", "disabled", "disable", "0"}) {
    if (word == off) {
      return false;
    }
  }
  return std::nullopt;
}

bool is_ambiguous_switch(std::string_view text) {
  text = trim(text);
  return text == "0" || text == "1";
}

std::optional<QuantityChange> describe_change(const Quantity& old_value,
                                              const Quantity& new_value) {
  if (old_value.dimension != new_value.dimension) {
    return std::nullopt;
  }
  QuantityChange change;
  // 0.3 s and 300 ms differ in the last bit only.
  const double larger = std::max(std::abs(old_value.value), std::abs(new_value.value));
  if (std::abs(new_value.value - old_value.value) > larger * 1e-9) {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    const bool has_zero = new_value.value == 0 || old_value.value == 0;
    change.direction = new_value.value < old_value.value ? Direction::down : Direction::up;
    change.ratio = old_value.value == 0 ? infinity : new_value.value / old_value.value;
    change.orders = has_zero ? infinity : std::abs(std::log10(std::abs(change.ratio)));
    change.sign_changed = (old_value.value < 0) != (new_value.value < 0);
  }
  change.unit_changed =
      old_value.unit_written && new_value.unit_written && old_value.unit != new_value.unit;
  change.unit_dropped = old_value.unit_written && !new_value.unit_written;
  change.unit_added = !old_value.unit_written && new_value.unit_written;
  return change;
}

} // namespace leadline
