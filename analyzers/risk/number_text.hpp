#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace leadline {

// The number that stands in `text` from `at` on, as programs and their configuration write it:
// 20, 1.5, 1_000, 0x1F, 0o17, 0b1, 1e6; `at` moves behind it. nullopt for what only looks like one:
// file modes (0644), versions (1.2.3), numbers beyond what a double holds.
std::optional<double> read_number(std::string_view text, std::size_t& at);

} // namespace leadline
