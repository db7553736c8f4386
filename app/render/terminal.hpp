#pragma once

#include "analyzers/policy.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// What the output is shown on.
struct TextStyle {
  bool color = false;
  int width = 100; // columns; below 40 is taken as 40
};

enum class Paint { none, bold, dim, critical, high, medium, low, good, blue, magenta, cyan, green };

Paint paint_of(Severity severity);

// `text` in colour when `style` has any; the empty text stays empty.
std::string painted(const TextStyle& style, Paint paint, std::string_view text);

// `text` with spaces behind, or before, to `width` columns; longer text stays.
std::string padded(std::string_view text, int width);
std::string padded_left(std::string_view text, int width);

// `text` in lines of at most `width` columns, broken at spaces where there are any. At least one
// line.
std::vector<std::string> wrapped(std::string_view text, int width);

} // namespace leadline
