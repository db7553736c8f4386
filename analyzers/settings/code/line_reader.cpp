#include "analyzers/settings/code/line_reader.hpp"

#include "analyzers/settings/code/literal_text.hpp"
#include "base/text.hpp"

#include <optional>
#include <utility>

namespace leadline {
namespace {

// A literal with what ends a statement taken off; nullopt for anything else.
std::optional<std::pair<std::string_view, ValueSyntax>> literal(std::string_view text) {
  text = trim(text);
  while (!text.empty() && (text.back() == ';' || text.back() == ',')) {
    text = trim(text.substr(0, text.size() - 1));
  }
  if (text.empty() || text.size() > 500) {
    return std::nullopt;
  }
  if (text[0] == '"' || text[0] == '\'') {
    const std::size_t end = text.find(text[0], 1);
    return end == text.size() - 1
               ? std::optional(std::pair(text.substr(1, end - 1), ValueSyntax::quoted))
               : std::nullopt;
  }
  const std::string word = to_lower(text);
  const bool is_word =
      word == "true" || word == "false" || word == "null" || word == "none" || word == "nil";
  const bool is_number = (text[0] >= '0' && text[0] <= '9') ||
                         (text[0] == '-' && text.size() > 1 && text[1] >= '0' && text[1] <= '9');
  const bool is_short = text.find_first_of(" \t(){}[]<>=") == std::string_view::npos;
  return (is_word || is_number) && is_short ? std::optional(std::pair(text, ValueSyntax::plain))
                                            : std::nullopt;
}

} // namespace

std::vector<Setting> read_lines(std::string_view text) {
  std::vector<Setting> settings;
  int number = 0;
  for (const std::string_view line : split_lines(text)) {
    ++number;
    if (line.size() > 2000) {
      continue;
    }
    for (const std::string_view mark : {"=>", ":=", "=", ":"}) {
      const std::size_t at = line.find(mark);
      if (at == std::string_view::npos) {
        continue;
      }
      // The last word before the mark is the name: `private static final int MAX = 20`.
      std::string_view name = trim(line.substr(0, at));
      const auto value = literal(line.substr(at + mark.size()));
      const std::size_t space = name.find_last_of(" \t(,{");
      name = space == std::string_view::npos ? name : name.substr(space + 1);
      const std::vector<std::string> path = key_segments(name);
      if (value && !path.empty() && is_key_like(path.back())) {
        Setting setting;
        setting.key.segments = path;
        setting.value = std::string(value->first);
        setting.syntax = value->second;
        setting.first_line = setting.last_line = number;
        settings.push_back(std::move(setting));
      }
      break;
    }
  }
  return settings;
}

} // namespace leadline
