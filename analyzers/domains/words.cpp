#include "analyzers/domains/words.hpp"

namespace leadline {
namespace {

bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
char lower(char c) { return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c; }

// Whether a word ends before text[at]: "maxConn" at 'C', "HTTPServer" at 'S'.
bool breaks_before(std::string_view text, std::size_t at) {
  if (at == 0 || !is_upper(text[at])) {
    return false;
  }
  const char before = text[at - 1];
  if (is_lower(before) || is_digit(before)) {
    return true;
  }
  // One small letter belongs to the abbreviation: "URLs", "TLSv1"; two begin a word: "HTTPServer".
  return is_upper(before) && at + 2 < text.size() && is_lower(text[at + 1]) &&
         is_lower(text[at + 2]);
}

template <typename Add>
void each_word(std::string_view text, Add add) {
  std::string word;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (!is_lower(c) && !is_upper(c) && !is_digit(c)) {
      if (!word.empty()) {
        add(word);
      }
      word.clear();
      continue;
    }
    if (!word.empty() && breaks_before(text, i)) {
      add(word);
      word.clear();
    }
    word += lower(c);
  }
  if (!word.empty()) {
    add(word);
  }
}

} // namespace

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  each_word(text, [&](const std::string& word) { words.push_back(word); });
  return words;
}

std::string spaced_words(std::string_view text) {
  std::string spaced = " ";
  each_word(text, [&](const std::string& word) {
    spaced += word;
    spaced += ' ';
  });
  return spaced;
}

bool has_phrase(std::string_view spaced, std::string_view phrase) {
  for (std::size_t at = spaced.find(phrase); at != std::string_view::npos;
       at = spaced.find(phrase, at + 1)) {
    const std::size_t end = at + phrase.size();
    if (at > 0 && spaced[at - 1] == ' ' && end < spaced.size() && spaced[end] == ' ') {
      return true;
    }
  }
  return false;
}

} // namespace leadline
