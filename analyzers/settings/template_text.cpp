#include "analyzers/settings/template_text.hpp"

#include "analyzers/settings/scan.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <initializer_list>

namespace leadline {
namespace {

constexpr std::size_t k_longest_value = 2000;
// A statement over more lines than this has lost its end.
constexpr std::size_t k_longest_statement = 400;

bool is_quote(char c) { return c == '"' || c == '\''; }

bool is_literal_word(std::string_view word) {
  const std::string lower = to_lower(word);
  return std::find_if(lower.begin(), lower.end(), [](char c) { return c >= '0' && c <= '9'; }) ==
             lower.begin() ||
         lower == "true" || lower == "false" || lower == "yes" || lower == "no" || lower == "on" ||
         lower == "off" || looks_numeric(word);
}

// A quoted text, a number or a switch at the start of `text`, blanks before it skipped.
std::optional<std::string> literal_at(std::string_view text) {
  text = trim(text);
  if (text.empty()) {
    return std::nullopt;
  }
  if (is_quote(text.front())) {
    const std::size_t close = closing_quote(text, 0, SingleQuotes::escaped);
    return close == std::string_view::npos ? std::nullopt
                                           : std::optional(std::string(text.substr(1, close - 1)));
  }
  std::size_t end = 0;
  while (end < text.size() && (is_word(text[end]) || text[end] == '.' || text[end] == '-')) {
    ++end;
  }
  const std::string_view word = text.substr(0, end);
  return !word.empty() && is_literal_word(word) ? std::optional(std::string(word)) : std::nullopt;
}

// The place behind a word that stands by itself; npos when it does not occur.
std::size_t behind_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_word(text[at - 1])) && (end == text.size() || !is_word(text[end]))) {
      return end;
    }
  }
  return std::string_view::npos;
}

// The default of `variable | default(5)`, `default 5 .variable`, `ENV.fetch("X") { 5 }`, `x || 5`.
std::optional<std::string> default_of_expression(std::string_view inner) {
  for (const std::string_view word : {"default", "d"}) {
    std::size_t at = behind_word(inner, word);
    if (at == std::string_view::npos) {
      continue;
    }
    while (at < inner.size() && is_blank(inner[at])) {
      ++at;
    }
    const bool call = at < inner.size() && inner[at] == '(';
    if (word == "d" && !call) {
      continue;
    }
    return literal_at(inner.substr(call ? at + 1 : at));
  }
  if (const std::size_t fetch = behind_word(inner, "fetch"); fetch != std::string_view::npos) {
    const std::string_view rest = inner.substr(fetch);
    const std::size_t brace = rest.find('{');
    const std::size_t comma = rest.find(',');
    const std::size_t at = brace != std::string_view::npos ? brace : comma;
    return at == std::string_view::npos ? std::nullopt : literal_at(rest.substr(at + 1));
  }
  const std::size_t either = inner.rfind("||");
  return either == std::string_view::npos ? std::nullopt : literal_at(inner.substr(either + 2));
}

// The default of ${NAME:-5} and ${name:5}, given what stands between the braces.
std::optional<std::string> default_of_placeholder(std::string_view inner) {
  const std::size_t colon = inner.find(':');
  if (colon == std::string_view::npos || !is_identifier(inner.substr(0, colon))) {
    return std::nullopt;
  }
  std::string_view rest = inner.substr(colon + 1);
  if (!rest.empty() && (rest.front() == '?' || rest.front() == '+')) {
    return std::nullopt; // a shell's "must be set" and "other value"
  }
  if (!rest.empty() && (rest.front() == '-' || rest.front() == '=')) {
    rest.remove_prefix(1);
  }
  return std::string(unquoted(rest).value);
}

// What a statement sets: "set pool = 20", "$pool := 20", "@pool = 20".
std::optional<KeyValue> statement(std::string_view text) {
  text = trim(text);
  for (const std::string_view mark : {"{%", "{{", "<%"}) {
    if (text.substr(0, 2) == mark) {
      text.remove_prefix(2);
    }
  }
  while (!text.empty() && (text.front() == '-' || text.front() == '+' || is_blank(text.front()))) {
    text.remove_prefix(1);
  }
  while (!text.empty() && (text.back() == '}' || text.back() == '%' || text.back() == '>' ||
                           text.back() == '-' || is_blank(text.back()))) {
    text.remove_suffix(1);
  }
  if (text.substr(0, 4) == "set ") {
    text = trim(text.substr(4));
  }
  while (!text.empty() && (text.front() == '$' || text.front() == '@')) {
    text.remove_prefix(1);
  }
  std::size_t end = 0;
  while (end < text.size() && is_word(text[end])) {
    ++end;
  }
  const std::string_view name = text.substr(0, end);
  std::string_view rest = trim(text.substr(end));
  if (rest.substr(0, 2) == ":=") {
    rest.remove_prefix(2);
  } else if (rest.substr(0, 1) == "=" && rest.substr(1, 1) != "=" && rest.substr(1, 1) != "~") {
    rest.remove_prefix(1);
  } else {
    return std::nullopt;
  }
  rest = trim(rest);
  const Scanned value = unquoted(rest);
  const bool literal = value.syntax == ValueSyntax::quoted || is_literal_word(rest);
  return is_identifier(name) && literal && rest.find(' ') == std::string_view::npos
             ? std::optional(KeyValue{name, value.value, value.syntax})
             : std::nullopt;
}

} // namespace

std::optional<std::string> with_defaults(std::string_view value) {
  if (value.size() > k_longest_value) {
    return std::nullopt;
  }
  const TemplateMarks marks(value);
  std::string result;
  bool any = false;
  for (std::size_t i = 0; i < value.size();) {
    const std::size_t past = marks.skip(i);
    if (past == i) {
      result.push_back(value[i++]);
      continue;
    }
    const bool placeholder = value[i] == '$';
    const std::size_t mark = placeholder ? 1 : 2; // of the end
    const std::string_view inner = value.substr(i + 2, past - mark - i - 2);
    std::optional<std::string> standard =
        placeholder ? default_of_placeholder(inner) : default_of_expression(inner);
    if (!standard) {
      return std::nullopt;
    }
    result += *standard;
    any = true;
    i = past;
  }
  return any ? std::optional(std::move(result)) : std::nullopt;
}

void read_template_statements(const TextLines& lines, SettingTree& tree, SettingTree::Place place) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view text = trim(lines[i].text);
    const std::string_view open = text.substr(0, 2);
    if ((open != "{%" && open != "{{" && open != "<%") || text.substr(0, 3) == "<%#" ||
        text.substr(0, 3) == "<%=") {
      continue;
    }
    const std::string_view close = open == "{%" ? "%}" : open == "{{" ? "}}" : "%>";
    if (text.find(close, 2) != std::string_view::npos) {
      if (const auto found = statement(text)) {
        tree.add(place, found->key,
                 {found->value, found->syntax, lines[i].number, lines[i].number});
      }
      continue;
    }
    // {% set map = { over several lines: each line with a key and a value.
    const std::size_t equals = text.find('=');
    if (open != "{%" || equals == std::string_view::npos) {
      continue;
    }
    std::string_view name = trim(text.substr(2, equals - 2));
    name = name.substr(name.find_last_of(" \t-") + 1); // npos + 1 is 0
    const SettingTree::Place below = is_identifier(name) ? tree.child(place, name) : place;
    const std::size_t last = std::min(lines.size(), i + k_longest_statement);
    for (++i; i < last; ++i) {
      if (const auto found = loose_assignment(lines[i].text)) {
        tree.add(below, found->key,
                 {found->value, found->syntax, lines[i].number, lines[i].number});
      }
      if (lines[i].text.find(close) != std::string_view::npos) {
        break;
      }
    }
  }
}

} // namespace leadline
