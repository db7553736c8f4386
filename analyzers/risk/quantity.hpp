#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace leadline {

// What a number measures; values are kept in one canonical unit for each, so that they compare.
enum class Dimension {
  count,            // things, or a bare number of unknown unit
  time,             // seconds
  bytes,            // bytes
  bytes_per_second, // bytes per second
  rate,             // per second
  cores,            // processors: Kubernetes "500m" is 0.5
  percent,          // 0..100
};

struct Quantity {
  Dimension dimension = Dimension::count;
  double value = 0;          // in the dimension's canonical unit
  bool unit_written = false; // the text itself said the unit; else it came from `default_unit`
  std::string unit; // one spelling for each unit ("s", "KiB"), the default one when none was
                    // written; "" for a count

  bool operator==(const Quantity&) const = default;
};

// The quantity that a value states, nullopt for anything else (versions, addresses, words,
// booleans, lists). `default_unit` is the unit of a bare number ("ms", "s", "8kB", "MB", "cores",
// "%", "connections", ""); it also decides what is ambiguous: nginx's "10m" is minutes when the
// default is a time, else megabytes; Kubernetes' "500m" is half a core when the default is cores.
std::optional<Quantity> parse_quantity(std::string_view text, std::string_view default_unit);

// on/off, yes/no, true/false, enabled/disabled, 1/0, in any case; nullopt for anything else.
std::optional<bool> parse_switch(std::string_view text);
// Whether it may as well be a number: "0" and "1".
bool is_ambiguous_switch(std::string_view text);

enum class Direction { down, same, up };

struct QuantityChange {
  Direction direction = Direction::same;
  double ratio = 1;          // new / old; infinity when old is 0; negative when the sign changed
  double orders = 0;         // |log10(|ratio|)|: 1 for a factor of ten; infinity when one side is 0
  bool sign_changed = false; // one side is negative: often "unlimited", so the ratio says nothing
  bool unit_changed = false; // both wrote a unit and they differ: 30s -> 30ms
  bool unit_dropped = false; // only the old side wrote one: 30s -> 30
  bool unit_added = false;   // only the new side wrote one
};

// nullopt when the two measure different things.
std::optional<QuantityChange> describe_change(const Quantity& old_value, const Quantity& new_value);

} // namespace leadline
