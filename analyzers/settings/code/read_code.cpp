#include "analyzers/settings/code/read_code.hpp"

#include "analyzers/settings/code/brace_reader.hpp"
#include "analyzers/settings/code/dockerfile.hpp"
#include "analyzers/settings/code/groovy_reader.hpp"
#include "analyzers/settings/code/line_reader.hpp"
#include "analyzers/settings/code/syntax_tree.hpp"
#include "analyzers/settings/code/tree_reader.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <optional>

namespace leadline {
namespace {

// Above this, settings far from the lines of interest are left out.
constexpr std::size_t k_large = 128 << 10;

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

std::optional<Grammar> grammar_of(Format format, std::string_view path) {
  switch (format) {
  case Format::typescript:
    return ends_with(to_lower(path), ".tsx") ? Grammar::tsx : Grammar::typescript;
  case Format::javascript:
    return Grammar::tsx;
  case Format::python:
    return Grammar::python;
  case Format::go:
    return Grammar::go;
  case Format::java:
    return Grammar::java;
  case Format::kotlin:
    return Grammar::kotlin;
  case Format::ruby:
    return Grammar::ruby;
  case Format::csharp:
    return Grammar::c_sharp;
  case Format::rust:
    return Grammar::rust;
  case Format::php:
    return Grammar::php;
  case Format::shell:
    return Grammar::bash;
  default:
    return std::nullopt;
  }
}

// What detect_kind calls Java for want of a better word.
bool is_groovy(std::string_view path) {
  const std::string lower = to_lower(path);
  const std::string_view name = std::string_view(lower).substr(lower.find_last_of('/') + 1);
  return ends_with(name, ".gradle") || ends_with(name, ".groovy") ||
         name.substr(0, 11) == "jenkinsfile";
}

void keep_near(std::vector<Setting>& settings, const std::set<int>& lines) {
  std::erase_if(settings, [&](const Setting& setting) {
    const auto near = lines.lower_bound(setting.first_line - 1);
    return near == lines.end() || *near > setting.last_line + 1;
  });
}

} // namespace

CodeReading read_code_text(Format format, std::string_view path, std::string_view text,
                           const std::set<int>& lines_of_interest) {
  CodeReading reading;
  std::vector<Setting>& settings = reading.settings;
  if (format == Format::java && is_groovy(path)) {
    settings = read_groovy(text);
  } else if (const std::optional<Grammar> grammar = grammar_of(format, path)) {
    const SyntaxTree tree = parse_syntax(*grammar, text, lines_of_interest);
    reading.by_lines = tree.nodes.empty() && !text.empty();
    settings = reading.by_lines ? read_lines(text) : read_tree(tree);
  } else if (format == Format::hcl || format == Format::jsonnet) {
    const BraceLanguage language =
        format == Format::hcl ? BraceLanguage::hcl : BraceLanguage::jsonnet;
    reading.by_lines = text.size() > k_largest_code;
    settings = reading.by_lines ? read_lines(text) : read_braces(language, text);
  } else if (format == Format::dockerfile) {
    settings = read_dockerfile(text);
  } else if (ends_with(path, ".pp")) {
    settings = read_lines(text);
  }
  reading.near = text.size() > k_large && !lines_of_interest.empty();
  if (reading.near) {
    keep_near(settings, lines_of_interest);
  }
  return reading;
}

std::vector<Setting> read_code(Format format, std::string_view path, std::string_view text,
                               const std::set<int>& lines_of_interest) {
  return read_code_text(format, path, text, lines_of_interest).settings;
}

} // namespace leadline
