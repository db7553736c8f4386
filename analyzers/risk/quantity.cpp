#include "analyzers/risk/quantity.hpp"

#include "base/text.hpp"

#include <charconv>
#include <cmath>
#include <limits>

namespace leadline {

std::optional<Quantity> parse_quantity(std::string_view text, std::string_view default_unit) {
  text = trim(text);
  Quantity quantity;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), quantity.value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(quantity.value)) {
    return std::nullopt;
  }
  quantity.unit = std::string(default_unit);
  return quantity;
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
  if (new_value.value != old_value.value) {
    change.direction = new_value.value < old_value.value ? Direction::down : Direction::up;
    constexpr double infinity = std::numeric_limits<double>::infinity();
    change.ratio = old_value.value == 0 ? infinity : new_value.value / old_value.value;
    change.orders = new_value.value == 0 || old_value.value == 0
                        ? infinity
                        : std::abs(std::log10(std::abs(change.ratio)));
    change.sign_changed = (old_value.value < 0) != (new_value.value < 0);
  }
  change.unit_changed =
      old_value.unit_written && new_value.unit_written && old_value.unit != new_value.unit;
  change.unit_dropped = old_value.unit_written && !new_value.unit_written;
  change.unit_added = !old_value.unit_written && new_value.unit_written;
  return change;
}

} // namespace leadline
