#pragma once

#include "analyzers/risk/units.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace leadline {

struct Measured {
  double number = 0;        // in the canonical unit of its dimension, where it has a unit
  std::optional<Unit> unit; // none: a bare number
  std::string name;         // canonical spelling of the unit or units
};

// Reads numbers, units and arithmetic as configuration and code write them: `30s`, `1h30m`, `5 *
// time.Second`, `1 << 20`, `Duration.ofSeconds(5)`, `5.minutes`, `timedelta(minutes=1, seconds=5)`,
// `5, TimeUnit.SECONDS`. `reading` decides what one letter means. nullopt for anything else, and
// for what is nested more than 16 deep.
std::optional<Measured> read_expression(std::string_view text, Reading reading);

} // namespace leadline
