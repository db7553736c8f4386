#pragma once

#include "analyzers/split/identifiers.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace leadline {

// An identifier and its place in the line.
struct Token {
  std::string_view text;
  std::size_t begin = 0;
  std::size_t end = 0;
};

inline std::vector<Token> tokens_of(std::string_view line) {
  std::vector<Token> tokens;
  each_identifier(line, [&](std::string_view word) {
    const auto begin = static_cast<std::size_t>(word.data() - line.data());
    tokens.push_back({word, begin, begin + word.size()});
  });
  return tokens;
}

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }

inline std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size() && is_blank(text[at])) {
    ++at;
  }
  return at;
}

inline bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

} // namespace leadline
