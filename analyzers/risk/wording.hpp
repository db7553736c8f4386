#pragma once

#include "analyzers/risk/quantity.hpp"

#include <string>
#include <string_view>

namespace leadline {

// How numbers and values read in a title. English, deterministic, one line.

// "90 % less", "3 times as much", "down to zero"
std::string amount(const QuantityChange& change);
// The same with its noun where `what` begins with one that can be counted or measured: "90 % fewer
// client connections that PgBouncer accepts", "twice as much memory"; else "90 % less: size of a
// body".
std::string amount_of(const QuantityChange& change, std::string_view what);
// "83 % shorter", "6 times as long"
// "90 % shorter: how long a read may take", "twice as late: when a replica counts as lost"; of what
// is counted as amount_of().
std::string length_of(const QuantityChange& change, std::string_view what);
std::string length_of_time(const QuantityChange& change);
// "12 times as often", "12 times less often", for the change of an interval
std::string how_often(const QuantityChange& change);

// The value as a title shows it: one line, at most 60 bytes.
std::string shown_value(std::string_view value);

} // namespace leadline
