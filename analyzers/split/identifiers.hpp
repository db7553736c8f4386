#pragma once

#include <functional>
#include <string_view>

namespace leadline {

// Reading names out of lines of any language, without its grammar.

bool is_identifier_byte(char c); // letter, digit, '_'

using TakeWord = std::function<void(std::string_view)>;

// Each run of identifier bytes that does not start with a digit.
void each_identifier(std::string_view line, const TakeWord& take);

// Each run of identifier bytes of 3 to 80 bytes that is no short number, and its parts of four
// bytes and more ("maxClientConn" gives "Client" too).
void each_word_and_part(std::string_view line, const TakeWord& take);

// Names that the line defines: after "def", "class", "const" and the like of common languages, or a
// key at the start of the line with ':' or '=' behind it. Four bytes and more.
void each_definition(std::string_view line, const TakeWord& take);

} // namespace leadline
