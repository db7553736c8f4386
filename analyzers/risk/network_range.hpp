#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace leadline {

// A network of a list that holds one of the old list's networks and more.
struct Widening {
  std::string range;     // "10.0.0.0/8"
  int bits = 0;          // 2^bits times as many addresses
  bool reserved = false; // addresses that the internet does not route (RFC 1918, RFC 6598)
};

// Between two lists of IPv4 networks ("10.0.0.0/8", "203.0.113.7", parted by commas, spaces or
// brackets): the widening by the most bits, nullopt when no network of the new list holds one of
// the old list's and more. Lists that hold every address are none: 0.0.0.0/0 is told elsewhere.
std::optional<Widening> widened_range(std::string_view before, std::string_view after);

} // namespace leadline
