#include "analyzers/settings/scan.hpp"

#include "analyzers/settings/text_lines.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace leadline {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_quote(char c) { return c == '"' || c == '\''; }

} // namespace

bool is_blank(char c) { return c == ' ' || c == '\t'; }

bool is_word(char c) { return is_letter(c) || is_digit(c) || c == '_'; }

bool is_identifier(std::string_view text) {
  return !text.empty() && (is_letter(text.front()) || text.front() == '_') &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_word(c) || c == '-' || c == '.'; });
}

bool looks_numeric(std::string_view text) {
  std::size_t at = !text.empty() && (text.front() == '-' || text.front() == '+') ? 1 : 0;
  const std::size_t start = at;
  while (at < text.size() && (is_digit(text[at]) || text[at] == '.' || text[at] == '_')) {
    ++at;
  }
  if (at == start || !is_digit(text[start])) {
    return false;
  }
  std::size_t unit = at;
  while (unit < text.size() && (is_letter(text[unit]) || text[unit] == '%')) {
    ++unit;
  }
  return unit == text.size() && unit - at <= 5;
}

std::size_t closing_quote(std::string_view text, std::size_t open, SingleQuotes rule) {
  const char quote = text[open];
  for (std::size_t i = open + 1; i < text.size(); ++i) {
    if (text[i] == '\\' && (quote != '\'' || rule == SingleQuotes::escaped)) {
      ++i;
    } else if (text[i] == quote) {
      if (quote == '\'' && rule == SingleQuotes::doubled && i + 1 < text.size() &&
          text[i + 1] == '\'') {
        ++i;
        continue;
      }
      return i;
    }
  }
  return std::string_view::npos;
}

std::string_view without_comment(std::string_view text, std::string_view marks) {
  const TemplateMarks templates(text);
  std::size_t unclosed = std::string_view::npos; // a quote without end: scan for none again
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t past = templates.skip(i); past != i) {
      i = past;
      continue;
    }
    const bool at_start = i == 0 || is_blank(text[i - 1]);
    if (at_start && marks.find(text[i]) != std::string_view::npos) {
      return trim(text.substr(0, i));
    }
    if (is_quote(text[i]) && (at_start || text[i - 1] == '=' || text[i - 1] == ',') &&
        unclosed == std::string_view::npos) {
      const std::size_t end = closing_quote(text, i, SingleQuotes::escaped);
      if (end == std::string_view::npos) {
        unclosed = i;
      } else {
        i = end;
      }
    }
    ++i;
  }
  return trim(text);
}

Scanned unquoted(std::string_view text) {
  text = trim(text);
  if (text.size() >= 2 && is_quote(text.front()) && text.back() == text.front()) {
    const SingleQuotes rule = SingleQuotes::doubled;
    if (closing_quote(text, 0, rule) == text.size() - 1) {
      return {text.substr(1, text.size() - 2), ValueSyntax::quoted};
    }
  }
  return {text, ValueSyntax::plain};
}

Scanned scan_value(std::string_view text, std::string_view comment_marks) {
  return unquoted(without_comment(trim(text), comment_marks));
}

std::vector<std::string_view> words(std::string_view line) {
  std::vector<std::string_view> found;
  const TemplateMarks templates(line);
  bool unclosed = false;
  for (std::size_t i = 0; i < line.size();) {
    if (is_blank(line[i])) {
      ++i;
      continue;
    }
    const std::size_t start = i;
    while (i < line.size() && !is_blank(line[i])) {
      if (const std::size_t past = templates.skip(i); past != i) {
        i = past;
        continue;
      }
      if (is_quote(line[i]) && !unclosed && (i == start || !is_word(line[i - 1]))) {
        const std::size_t end = closing_quote(line, i, SingleQuotes::escaped);
        unclosed = end == std::string_view::npos;
        i = unclosed ? i : end;
      }
      ++i;
    }
    found.push_back(line.substr(start, i - start));
  }
  return found;
}

std::vector<KeyValue> key_value_words(std::string_view line) {
  std::vector<KeyValue> pairs;
  for (const std::string_view word : words(line)) {
    const std::size_t equals = word.find('=');
    if (equals != std::string_view::npos && is_identifier(word.substr(0, equals))) {
      const Scanned value = unquoted(word.substr(equals + 1));
      pairs.push_back({word.substr(0, equals), value.value, value.syntax});
    }
  }
  return pairs;
}

std::optional<KeyValue> loose_assignment(std::string_view line) {
  line = trim(line);
  if (line.empty()) {
    return std::nullopt;
  }
  std::size_t end = 0;
  std::string_view key;
  if (is_quote(line.front())) {
    const std::size_t close = closing_quote(line, 0, SingleQuotes::escaped);
    if (close == std::string_view::npos) {
      return std::nullopt;
    }
    key = line.substr(1, close - 1);
    end = close + 1;
  } else {
    while (end < line.size() && (is_word(line[end]) || line[end] == '-' || line[end] == '.')) {
      ++end;
    }
    key = line.substr(0, end);
  }
  if (!is_identifier(key)) {
    return std::nullopt;
  }
  while (end < line.size() && is_blank(line[end])) {
    ++end;
  }
  if (end == line.size() || (line[end] != '=' && line[end] != ':')) {
    return std::nullopt;
  }
  const bool colon = line[end] == ':';
  ++end;
  if (end < line.size() && (line[end] == '=' || line[end] == ':' || line[end] == '~')) {
    return std::nullopt; // comparison, "::", "=~"
  }
  // "https://host" and "key:word" are no settings; "timeout:5" may be one.
  if (colon && end < line.size() && !is_blank(line[end]) && !is_digit(line[end]) &&
      !is_quote(line[end])) {
    return std::nullopt;
  }
  std::string_view rest = trim(line.substr(end));
  rest = without_comment(rest, "#");
  if (const std::size_t slashes = rest.find(" //"); slashes != std::string_view::npos) {
    rest = trim(rest.substr(0, slashes));
  }
  while (!rest.empty() && (rest.back() == ',' || rest.back() == ';')) {
    rest.remove_suffix(1);
  }
  const Scanned value = unquoted(rest);
  if (value.value.empty() && value.syntax == ValueSyntax::plain) {
    return std::nullopt;
  }
  // "note: words in a sentence" is prose; an assignment's value may hold blanks.
  if (colon && value.syntax == ValueSyntax::plain && words(value.value).size() > 1) {
    return std::nullopt;
  }
  return KeyValue{key, value.value, value.syntax};
}

} // namespace leadline
