#include "analyzers/settings/code/config_text.hpp"

#include "analyzers/settings/code/literal_text.hpp"
#include "analyzers/settings/key_budget.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace leadline {
namespace {

constexpr std::size_t k_longest_value = 2048;
constexpr std::size_t k_deepest = 32;

enum class Style { equals, colon, directive };
constexpr std::size_t k_styles = 3;

struct Pair {
  std::string_view key;
  std::string_view value;
  ValueSyntax syntax = ValueSyntax::plain;
};

bool is_comment(std::string_view line) {
  return line.empty() || line[0] == '#' || line[0] == ';' || line.substr(0, 2) == "//" ||
         line.substr(0, 2) == "--" || line.substr(0, 2) == "{{" || line.substr(0, 2) == "{%" ||
         line.substr(0, 2) == "<%" || (line.substr(0, 2) == "${" && line.back() == '}');
}

std::string_view section_of(std::string_view line) {
  return line.size() > 2 && line[0] == '[' && line.back() == ']'
             ? trim(line.substr(1, line.size() - 2))
             : std::string_view();
}

// Without a comment after white space, without quotes around the whole.
void clean(Pair& pair) {
  std::string_view value = trim(pair.value);
  if (!value.empty() && (value[0] == '"' || value[0] == '\'')) {
    const std::size_t end = value.find(value[0], 1);
    if (end != std::string_view::npos &&
        (end + 1 == value.size() || is_comment(trim(value.substr(end + 1))) ||
         value[end + 1] == ',')) {
      pair.value = value.substr(1, end - 1);
      pair.syntax = ValueSyntax::quoted;
      return;
    }
  }
  for (const std::string_view mark : {" #", "\t#", " ;", " //"}) {
    const std::size_t at = value.find(mark);
    if (at != std::string_view::npos) {
      value = trim(value.substr(0, at));
    }
  }
  pair.value = value;
}

std::optional<Pair> split_at(std::string_view line, Style style) {
  if (style == Style::equals) {
    if (line.substr(0, 7) == "export ") {
      line = trim(line.substr(7));
    }
    const std::size_t at = line.find('=');
    if (at == std::string_view::npos) {
      return std::nullopt;
    }
    Pair pair{trim(line.substr(0, at)), line.substr(at + 1)};
    if (!is_key_like(pair.key) || pair.value.substr(0, 1) == "=" ||
        pair.value.substr(0, 1) == ">") {
      return std::nullopt;
    }
    clean(pair);
    return pair;
  }
  if (style == Style::colon) {
    if (line.substr(0, 2) == "- ") {
      line = trim(line.substr(2));
    }
    const std::size_t at = line.find(':');
    if (at == std::string_view::npos || (at + 1 < line.size() && line[at + 1] != ' ')) {
      return std::nullopt;
    }
    Pair pair{trim(line.substr(0, at)), line.substr(at + 1)};
    if (pair.key.size() > 2 && (pair.key[0] == '"' || pair.key[0] == '\'') &&
        pair.key.back() == pair.key[0]) {
      pair.key = pair.key.substr(1, pair.key.size() - 2);
    }
    if (!is_key_like(pair.key)) {
      return std::nullopt;
    }
    if (pair.value.size() > 1 && pair.value.back() == ',') {
      pair.value.remove_suffix(1);
    }
    clean(pair);
    return pair;
  }
  if (line.size() < 4 || line.back() != ';') {
    return std::nullopt;
  }
  line = trim(line.substr(0, line.size() - 1));
  const std::size_t at = line.find_first_of(" \t");
  if (at == std::string_view::npos || !is_key_like(line.substr(0, at)) || line.find('=') < at) {
    return std::nullopt;
  }
  Pair pair{line.substr(0, at), line.substr(at + 1)};
  clean(pair);
  return pair;
}

std::optional<Style> style_of(const std::vector<std::string_view>& lines) {
  std::array<std::size_t, k_styles> matched{};
  std::size_t meaningful = 0;
  for (const std::string_view raw : lines) {
    const std::string_view line = trim(raw);
    if (is_comment(line) || !section_of(line).empty() || line == "}" || line == "{") {
      continue;
    }
    ++meaningful;
    // The first style that fits: `a = b;` is no directive, `url: x=y` no assignment.
    if (split_at(line, Style::directive) ||
        (line.back() == '{' && is_key_like(line.substr(0, line.find(' '))))) {
      ++matched[static_cast<std::size_t>(Style::directive)];
    } else if (split_at(line, Style::colon)) {
      ++matched[static_cast<std::size_t>(Style::colon)];
    } else if (split_at(line, Style::equals)) {
      ++matched[static_cast<std::size_t>(Style::equals)];
    }
  }
  const auto best = std::max_element(matched.begin(), matched.end());
  if (*best == 0 || *best * 2 < meaningful) {
    return std::nullopt;
  }
  return static_cast<Style>(best - matched.begin());
}

struct Open {
  std::size_t indent = 0;
  std::string name;
};

} // namespace

std::vector<Setting> read_config_text(std::string_view text, int first_line,
                                      const std::vector<std::string>& parent) {
  std::vector<Setting> settings;
  const std::vector<std::string_view> lines = split_lines(text);
  const std::optional<Style> style = style_of(lines);
  if (!style) {
    return settings;
  }
  KeyBudget keys;
  std::vector<Open> open;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const std::string_view line = trim(lines[i]);
    const std::size_t indent = static_cast<std::size_t>(line.data() - lines[i].data());
    if (is_comment(line)) {
      continue;
    }
    if (const std::string_view section = section_of(line); !section.empty()) {
      open.assign(1, {0, std::string(section)});
      continue;
    }
    if (*style == Style::directive && (line.back() == '{' || line == "}")) {
      if (line == "}") {
        if (!open.empty()) {
          open.pop_back();
        }
      } else if (open.size() < k_deepest) {
        open.push_back({indent, single_line(line.substr(0, line.size() - 1))});
      }
      continue;
    }
    const std::optional<Pair> pair = split_at(line, *style);
    if (!pair) {
      continue;
    }
    if (*style == Style::colon) {
      while (!open.empty() && open.back().indent >= indent) {
        open.pop_back();
      }
      if (pair->value.empty() || pair->value == "{") {
        if (open.size() < k_deepest) {
          open.push_back({indent, std::string(pair->key)});
        }
        continue;
      }
    }
    if (pair->value.size() > k_longest_value) {
      continue;
    }
    Setting setting;
    setting.key.segments = parent;
    for (const Open& block : open) {
      setting.key.segments.push_back(block.name);
    }
    setting.key.segments.emplace_back(pair->key);
    keys.take(setting.key);
    setting.value = std::string(pair->value);
    setting.syntax = pair->syntax;
    setting.first_line = setting.last_line = first_line + static_cast<int>(i);
    settings.push_back(std::move(setting));
  }
  return settings;
}

} // namespace leadline
