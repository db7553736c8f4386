#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// ASCII only, independent of the locale.
std::string to_lower(std::string_view text);

// Without spaces, tabs, '\r' and '\n' at both ends. The view is into `text`.
std::string_view trim(std::string_view text);

// Pieces between `separator`; n separators give n + 1 pieces. The views are into `text`.
std::vector<std::string_view> split(std::string_view text, char separator);

// Lines without their '\n'; a '\r' stays. A last line without '\n' counts; an empty text has none.
std::vector<std::string_view> split_lines(std::string_view text);

// `text` with every byte sequence that is not UTF-8 (RFC 3629: no surrogates, no overlong forms)
// replaced by U+FFFD, so that it may stand in JSON.
std::string to_valid_utf8(std::string_view text);

} // namespace leadline
