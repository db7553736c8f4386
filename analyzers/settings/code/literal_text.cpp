#include "analyzers/settings/code/literal_text.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

constexpr std::size_t k_longest_expression = 300;
constexpr std::size_t k_most_segments = 12;

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return is_lower(c) || is_upper(c) || is_digit(c) || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }

// After the bracket that closes the one at `at`; npos when there is none.
std::size_t after_bracket(std::string_view text, std::size_t at) {
  const char open = text[at];
  const char close = open == '(' ? ')' : open == '[' ? ']' : '>';
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (is_quote(text[at])) {
      const std::size_t end = text.find(text[at], at + 1);
      if (end == std::string_view::npos) {
        return end;
      }
      at = end;
    } else if (text[at] == open) {
      ++depth;
    } else if (text[at] == close && --depth == 0) {
      return at + 1;
    }
  }
  return std::string_view::npos;
}

bool says_here(std::string_view segment) {
  constexpr auto words = std::to_array<std::string_view>(
      {"self", "this", "cls", "module", "exports", "window", "globalThis", "static"});
  return std::find(words.begin(), words.end(), segment) != words.end();
}

} // namespace

StringContent string_content(std::string_view literal) {
  std::size_t begin = 0;
  if (literal.substr(0, 1) == ":") { // Ruby's symbols
    return {1, literal.substr(1)};
  }
  if (literal.substr(0, 3) == "<<<") { // PHP: the mark's line and the closing mark go
    const std::size_t first = literal.find('\n');
    const std::size_t last = literal.rfind('\n');
    if (first == std::string_view::npos || last <= first) {
      return {literal.size(), {}};
    }
    return {first + 1, literal.substr(first + 1, last - first - 1)};
  }
  while (begin < literal.size() && begin < 4 &&
         (is_word(literal[begin]) || literal[begin] == '$' || literal[begin] == '@')) {
    ++begin;
  }
  std::size_t hashes = 0; // Rust's r#"..."#
  while (begin + hashes < literal.size() && literal[begin + hashes] == '#') {
    ++hashes;
  }
  const std::size_t quote = begin + hashes;
  if (quote >= literal.size() || !is_quote(literal[quote])) {
    return {0, literal};
  }
  std::size_t marks = 1;
  while (quote + marks < literal.size() && literal[quote + marks] == literal[quote]) {
    ++marks;
  }
  const std::size_t width = marks >= 3 ? (marks >= 6 && literal.size() == quote + marks ? marks / 2
                                          : marks == 6                                  ? 3
                                                                                        : marks)
                                       : 1;
  const std::size_t from = quote + width;
  const std::size_t closing = width + hashes;
  if (literal.size() < from + closing) { // not closed: an error node
    return {std::min(from, literal.size()), literal.substr(std::min(from, literal.size()))};
  }
  return {from, literal.substr(from, literal.size() - from - closing)};
}

std::vector<std::string> key_segments(std::string_view text) {
  std::vector<std::string> segments;
  text = trim(text);
  if (text.empty() || text.size() > k_longest_expression) {
    return segments;
  }
  if (is_quote(text[0])) {
    segments.emplace_back(string_content(text).text);
    return segments;
  }
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (is_word(c)) {
      std::size_t end = at;
      while (end < text.size() && (is_word(text[end]) || text[end] == '$')) {
        ++end;
      }
      segments.emplace_back(text.substr(at, end - at));
      at = end;
    } else if (c == '(' || c == '<') {
      at = after_bracket(text, at);
    } else if (c == '[') {
      const std::size_t end = after_bracket(text, at);
      if (end == std::string_view::npos) {
        return {};
      }
      const std::string_view inside = trim(text.substr(at + 1, end - at - 2));
      if (!inside.empty() && (is_quote(inside[0]) || inside[0] == ':')) {
        segments.emplace_back(string_content(inside).text);
      } else if (!segments.empty()) {
        segments.back() += "[" + std::string(inside) + "]";
      } else {
        segments.emplace_back(inside);
      }
      at = end;
    } else if (c == '.' || c == ':' || c == '?' || c == '!' || c == '$' || c == '@' || c == '&' ||
               c == '*' || is_space(c)) {
      ++at;
    } else if (c == '-' && at + 1 < text.size() && text[at + 1] == '>') {
      at += 2;
    } else {
      return {};
    }
    if (segments.size() > k_most_segments) {
      return {};
    }
  }
  while (!segments.empty() && says_here(segments.front())) {
    segments.erase(segments.begin());
  }
  return segments;
}

std::vector<std::string> identifier_words(std::string_view identifier) {
  std::vector<std::string> words;
  for (std::size_t i = 0; i < identifier.size(); ++i) {
    const char c = identifier[i];
    if (!is_lower(c) && !is_upper(c) && !is_digit(c)) {
      words.emplace_back();
      continue;
    }
    const bool after_lower = i > 0 && is_upper(c) && !is_upper(identifier[i - 1]);
    const bool before_lower = i > 0 && is_upper(c) && is_upper(identifier[i - 1]) &&
                              i + 1 < identifier.size() && is_lower(identifier[i + 1]);
    if (words.empty() || after_lower || before_lower) {
      words.emplace_back();
    }
    words.back() += is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
  }
  std::erase_if(words, [](const std::string& word) { return word.empty(); });
  return words;
}

std::string_view environment_variable(std::string_view expression) {
  constexpr auto marks = std::to_array<std::string_view>(
      {"process.env.", "process.env[", "import.meta.env.", "Deno.env.get(", "Bun.env.",
       "environ.get(", "environ[", "getenv(", "Getenv(", "LookupEnv(", "GetEnvironmentVariable(",
       "env::var(", "ENV[", "ENV.fetch(", "$_ENV[", "$_SERVER["});
  expression = expression.substr(0, k_longest_expression);
  for (const std::string_view mark : marks) {
    std::size_t at = expression.find(mark);
    if (at == std::string_view::npos) {
      continue;
    }
    at += mark.size();
    if (at < expression.size() && is_quote(expression[at])) {
      ++at;
    } else if (mark.back() != '.') {
      continue; // the name is computed
    }
    std::size_t end = at;
    while (end < expression.size() && (is_word(expression[end]) || expression[end] == '-')) {
      ++end;
    }
    if (end > at) {
      return expression.substr(at, end - at);
    }
  }
  return {};
}

bool is_key_like(std::string_view text) {
  if (text.empty() || text.size() > 100) {
    return false;
  }
  bool has_letter = false;
  for (const char c : text) {
    has_letter = has_letter || is_lower(c) || is_upper(c);
    if (!is_word(c) && c != '.' && c != '-' && c != '/' && c != ':') {
      return false;
    }
  }
  return has_letter && text.find("//") == std::string_view::npos && text.back() != ':' &&
         text.back() != '.' && text[0] != '/';
}

std::string single_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  for (const char c : text) {
    if (!is_space(c)) {
      line += c;
    } else if (!line.empty() && line.back() != ' ') {
      line += ' ';
    }
  }
  if (!line.empty() && line.back() == ' ') {
    line.pop_back();
  }
  return line;
}

std::optional<Placeholder> placeholder(std::string_view text) {
  if (text.size() < 5 || text.substr(0, 2) != "${" || text.back() != '}') {
    return std::nullopt;
  }
  const std::string_view inside = text.substr(2, text.size() - 3);
  const std::size_t colon = inside.find(':');
  if (colon == std::string_view::npos || inside.find("${") != std::string_view::npos) {
    return std::nullopt;
  }
  Placeholder found{inside.substr(0, colon), inside.substr(colon + 1)};
  if (!found.value.empty() && (found.value[0] == '-' || found.value[0] == '=') &&
      inside.size() > colon + 2 && found.name.find('.') == std::string_view::npos) {
    found.value.remove_prefix(1); // a shell's :- and :=
  }
  return is_key_like(found.name) ? std::optional(found) : std::nullopt;
}

} // namespace leadline
