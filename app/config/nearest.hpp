#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// Those of `names` that a person may have meant by `word`: within a third of its length in edits (a
// swap of neighbours counts as one), nearest first, then in the order of `names`; at most `most`.
std::vector<std::string> nearest(std::string_view word, std::span<const std::string> names,
                                 std::size_t most = 1);

// " (did you mean \"x\"?)", or "" when nothing is near.
std::string did_you_mean(std::string_view word, std::span<const std::string> names);

} // namespace leadline
