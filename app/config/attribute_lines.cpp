#include "app/config/attribute_lines.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

constexpr std::string_view k_macro = "[attr]";

// Of git and of GitHub, and none that hides lines from leadline's rules
// (https://git-scm.com/docs/gitattributes#_effects,
// https://github.com/github-linguist/linguist/blob/main/docs/overrides.md).
constexpr std::array<std::string_view, 21> k_others = {"text",
                                                       "eol",
                                                       "crlf",
                                                       "working-tree-encoding",
                                                       "ident",
                                                       "filter",
                                                       "diff",
                                                       "merge",
                                                       "conflict-marker-size",
                                                       "whitespace",
                                                       "export-ignore",
                                                       "encoding",
                                                       "delta",
                                                       "export-subst",
                                                       "lockable",
                                                       "binary",
                                                       "linguist-language",
                                                       "linguist-detectable",
                                                       "linguist-documentation",
                                                       "gitlab-language",
                                                       "gitlab-generated"};

bool is_mark(std::string_view name) {
  return name == "linguist-generated" || name == "linguist-vendored";
}

// Without what it is set to: "-a", "!a", "a=true" are about "a".
std::string_view name_of(std::string_view attribute) {
  if (attribute.starts_with("-") || attribute.starts_with("!")) {
    attribute.remove_prefix(1);
  }
  return attribute.substr(0, attribute.find('='));
}

bool is_of_interest(std::string_view attribute) {
  return std::find(k_others.begin(), k_others.end(), name_of(attribute)) == k_others.end();
}

bool takes_away(std::string_view attribute) {
  return attribute.starts_with("-") || attribute.starts_with("!") ||
         (attribute.find('=') != std::string_view::npos && !attribute.ends_with("=true"));
}

std::vector<std::string_view> words_in(std::string_view line) {
  std::vector<std::string_view> words;
  while (true) {
    const std::size_t begin = line.find_first_not_of(" \t\r");
    if (begin == std::string_view::npos) {
      return words;
    }
    line.remove_prefix(begin);
    // A pattern with spaces stands in quotes.
    const std::size_t quote = words.empty() && line.front() == '"' ? line.find('"', 1) : 0;
    const std::size_t end =
        quote == std::string_view::npos ? line.size() : line.find_first_of(" \t\r", quote);
    words.push_back(line.substr(0, end));
    line.remove_prefix(std::min(line.size(), words.back().size()));
  }
}

bool has_wildcard(std::string_view text) { return text.find_first_of("*?") != text.npos; }

bool names_generated(std::string_view part) {
  constexpr std::array<std::string_view, 8> k_names = {
      "gen", "vendor", "vendors", "vendored", "third_party", "third-party", "node_modules", "dist"};
  const std::string lower = to_lower(part);
  return std::find(k_names.begin(), k_names.end(), lower) != k_names.end() ||
         lower.find("generated") != std::string::npos ||
         lower.find("codegen") != std::string::npos || lower.find("autogen") != std::string::npos ||
         lower.find(".gen.") != std::string::npos;
}

// With a letter in the place of each wildcard.
std::string filled(std::string_view pattern) {
  std::string text;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '*' && i > 0 && pattern[i - 1] == '*') {
      continue;
    }
    text += pattern[i] == '*' || pattern[i] == '?' ? 'x' : pattern[i];
  }
  return text;
}

} // namespace

bool AttributeLine::may_mark() const {
  const std::vector<std::string_view> words = split(attributes, ' ');
  return std::any_of(words.begin(), words.end(), [](std::string_view each) {
    return !is_mark(name_of(each)) ? is_of_interest(each) : !takes_away(each);
  });
}

bool AttributeLine::may_unmark() const {
  const std::vector<std::string_view> words = split(attributes, ' ');
  return std::any_of(words.begin(), words.end(), [](std::string_view each) {
    return !is_mark(name_of(each)) ? is_of_interest(each) : takes_away(each);
  });
}

std::vector<AttributeLine> attribute_lines(std::string_view text) {
  std::vector<AttributeLine> found;
  int number = 0;
  for (const std::string_view line : split_lines(text)) {
    ++number;
    const std::vector<std::string_view> words = words_in(line);
    if (words.empty() || words.front().starts_with("#") ||
        std::none_of(words.begin() + 1, words.end(), is_of_interest)) {
      continue;
    }
    AttributeLine made;
    made.line = number;
    made.macro = words.front().starts_with(k_macro);
    made.pattern = words.front().substr(made.macro ? k_macro.size() : 0);
    for (std::size_t i = 1; i < words.size(); ++i) {
      made.attributes += (i > 1 ? " " : "") + std::string(words[i]);
    }
    found.push_back(std::move(made));
  }
  return found;
}

PatternShape shape_of(std::string_view pattern, std::string_view folder) {
  PatternShape shape;
  shape.odd = pattern.empty() || pattern.find_first_of("[]\\\"") != pattern.npos ||
              pattern.starts_with("!");
  if (shape.odd) {
    return shape;
  }
  const bool anchored = pattern.substr(0, pattern.size() - 1).find('/') != pattern.npos;
  if (pattern.starts_with("/")) {
    pattern.remove_prefix(1);
  }
  const std::string inside = folder.empty() ? "" : std::string(folder) + "/";
  shape.folder = folder;
  const std::vector<std::string_view> parts = split(pattern, '/');
  for (std::size_t i = 0; anchored && i + 1 < parts.size() && !has_wildcard(parts[i]); ++i) {
    shape.folder += (shape.folder.empty() ? "" : "/") + std::string(parts[i]);
  }
  for (const std::string_view part : parts) {
    shape.says_generated = shape.says_generated || names_generated(part);
  }
  const std::string_view tail = parts.back();
  const std::string_view ending = tail.substr(tail.rfind('.') + 1); // npos + 1 is 0
  shape.literal = anchored && !has_wildcard(pattern);
  shape.open = has_wildcard(ending);
  shape.example = inside + filled(pattern);
  if (shape.open && tail.ends_with("*")) {
    shape.example += ".yaml";
  } else if (shape.open && tail.starts_with("*")) { // "*conf"
    shape.example = inside + filled(pattern.substr(0, pattern.size() - tail.size())) + "x." +
                    filled(tail.substr(1));
  }
  return shape;
}

} // namespace leadline
