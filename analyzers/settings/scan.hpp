#pragma once

#include "analyzers/settings/setting.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace leadline {

// What all readers need to read one line. Views are into the argument.

// A value and how it was written.
struct Scanned {
  std::string_view value;
  ValueSyntax syntax = ValueSyntax::plain;
};

// The place of the quote that closes the one at `open`; npos when it is not in `text`. A backslash
// escapes within double quotes, and within single quotes unless `doubled` ('' stands for ' as in
// YAML).
enum class SingleQuotes { escaped, doubled };
std::size_t closing_quote(std::string_view text, std::size_t open, SingleQuotes rule);

// `text` up to a comment that starts with one of `marks` at the start or after a blank, outside
// quotes and template expressions; blanks at both ends cut.
std::string_view without_comment(std::string_view text, std::string_view marks);

// Without the quotes around the whole, if there are any.
Scanned unquoted(std::string_view text);

// `text` ends with a comment cut and quotes gone; a quoted value keeps comment marks that it holds.
Scanned scan_value(std::string_view text, std::string_view comment_marks);

bool is_blank(char c);
bool is_word(char c); // letter, digit or '_'
// Letters, digits and "_-." with a letter or '_' first.
bool is_identifier(std::string_view text);
bool looks_numeric(
    std::string_view text); // a number, perhaps with a unit: "20", "80M", "1.5s", "50%"

struct KeyValue {
  std::string_view key;
  std::string_view value;
  ValueSyntax syntax = ValueSyntax::plain;
};

// The "key=value" words of a line: host=db port=5432 opts="a b". Other words are skipped.
std::vector<KeyValue> key_value_words(std::string_view line);

// Words between blanks; quotes and template expressions hold together.
std::vector<std::string_view> words(std::string_view line);

// What a line of unknown syntax says, if it looks like a setting: key = value, key: value, "key":
// value,.
std::optional<KeyValue> loose_assignment(std::string_view line);

} // namespace leadline
