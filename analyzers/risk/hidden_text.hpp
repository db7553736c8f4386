#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// What a line has that its reader does not see.
enum class HiddenKind {
  in_text,  // an invisible character inside a quoted word
  in_word,  // the same inside a name or a value
  carried,  // invisible characters that say something themselves: a name, a line end, a message
  reorders, // controls that show the line in another order than it is stored in
};

struct HiddenText {
  HiddenKind kind = HiddenKind::in_text;
  char32_t character = 0; // the first one
  std::size_t at = 0;     // byte offset
  std::size_t size = 0;   // bytes of the run that it begins
  std::string around; // the run with the characters beside it: equal where the same stands again
};

// How a line is read.
enum class LineReading {
  code,    // names stand outside of quotes
  settings // values may stand outside of quotes
};

// In order. Silent are what scripts and emoji need (joiners beside letters beyond Latin, Greek and
// Cyrillic, variation selectors, flags), controls that are paired around text of a right-to-left
// script, a literal of nothing else, prose, comments (but for `carried` and `reorders`), and a byte
// order mark at the start of the file (`line_number` 1). Linear in the line.
// https://trojansource.codes (CVE-2021-42574), https://www.unicode.org/reports/tr55/
std::vector<HiddenText> hidden_text(std::string_view line, int line_number, LineReading reading);

// False where hidden_text() finds nothing for sure; fast.
bool may_hide_text(std::string_view line);

// "right-to-left override (U+202E)"
std::string name_of_hidden(char32_t character);

// The line with what is not seen written as "<U+202E>", or left out.
std::string with_hidden_shown(std::string_view line);
std::string without_hidden(std::string_view line);

} // namespace leadline
