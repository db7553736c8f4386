#pragma once

#include "analyzers/diff/change_set.hpp"

#include <string>
#include <string_view>

namespace leadline {

// The change from one text to another as git would print it with `context` lines around, by their
// longest common subsequence. For tests: quadratic in the lines.
FileChange text_diff(const std::string& path, std::string_view before, std::string_view after,
                     int context = 3);

} // namespace leadline
