#include "analyzers/split/identifiers.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

constexpr std::size_t k_telling_name = 4;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Words that, standing before a name, define it, in the languages that we read.
bool defines(std::string_view word) {
  static constexpr std::array<std::string_view, 28> k_words = {
      "auto",   "bool",   "class",  "const",  "data",     "def",      "define",
      "enum",   "fn",     "fun",    "func",   "function", "int",      "interface",
      "let",    "local",  "module", "output", "proc",     "record",   "resource",
      "static", "struct", "trait",  "type",   "var",      "variable", "void"};
  static_assert(std::is_sorted(k_words.begin(), k_words.end()));
  return std::binary_search(k_words.begin(), k_words.end(), word);
}

// The end of the run of identifier bytes at `at`.
std::size_t end_of_run(std::string_view line, std::size_t at) {
  while (at < line.size() && is_identifier_byte(line[at])) {
    ++at;
  }
  return at;
}

// A key at the start of the line: "pool_size: 3", "max-age = 4".
std::string_view key_of(std::string_view line) {
  std::size_t begin = 0;
  while (begin < line.size() && is_blank(line[begin])) {
    ++begin;
  }
  std::size_t end = begin;
  while (end < line.size() && (is_identifier_byte(line[end]) ||
                               (end > begin && (line[end] == '.' || line[end] == '-')))) {
    ++end;
  }
  std::size_t mark = end;
  while (mark < line.size() && is_blank(line[mark])) {
    ++mark;
  }
  const bool is_key = mark < line.size() && (line[mark] == ':' || line[mark] == '=') &&
                      end - begin >= k_telling_name && !is_digit(line[begin]);
  return is_key ? line.substr(begin, end - begin) : std::string_view();
}

} // namespace

bool is_identifier_byte(char c) { return is_lower(c) || is_upper(c) || is_digit(c) || c == '_'; }

void each_identifier(std::string_view line, const TakeWord& take) {
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = end_of_run(line, at);
    if (end > at && !is_digit(line[at])) {
      take(line.substr(at, end - at));
    }
    at = std::max(end, at + 1);
  }
}

void each_word_and_part(std::string_view line, const TakeWord& take) {
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = end_of_run(line, at);
    const std::string_view word = line.substr(at, end - at);
    at = std::max(end, at + 1);
    if (word.size() < 3 || word.size() > 80) {
      continue;
    }
    take(word);
    std::size_t begin = 0;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      const bool cut = i == word.size() || word[i] == '_' ||
                       (is_upper(word[i]) && (is_lower(word[i - 1]) || is_digit(word[i - 1])));
      if (cut) {
        const std::string_view part = word.substr(begin, i - begin);
        if (part.size() >= 4 && part.size() < word.size()) {
          take(part);
        }
        begin = i < word.size() && word[i] == '_' ? i + 1 : i;
      }
    }
  }
}

void each_definition(std::string_view line, const TakeWord& take) {
  if (const std::string_view key = key_of(line); !key.empty()) {
    take(key);
  }
  for (std::size_t at = 0; at < line.size();) {
    const std::size_t end = end_of_run(line, at);
    if (end > at && end < line.size() && is_blank(line[end]) &&
        defines(line.substr(at, end - at))) {
      std::size_t name = end;
      while (name < line.size() && is_blank(line[name])) {
        ++name;
      }
      while (name < line.size() && (line[name] == '(' || line[name] == '"')) {
        ++name;
      }
      const std::size_t name_end = end_of_run(line, name);
      if (name_end - name >= k_telling_name && !is_digit(line[name])) {
        take(line.substr(name, name_end - name));
      }
    }
    at = std::max(end, at + 1);
  }
}

} // namespace leadline
