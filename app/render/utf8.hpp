#pragma once

#include <cstddef>
#include <string_view>

namespace leadline {

// The character of valid UTF-8 at `at`, which moves behind it.
char32_t next_character(std::string_view text, std::size_t& at);

std::size_t count_characters(std::string_view text);

// Columns of a terminal: 2 for East Asian wide characters and emoji, 0 for combining marks, 1 for
// others (https://www.unicode.org/reports/tr11/).
int columns(char32_t character);
int columns(std::string_view text);

} // namespace leadline
