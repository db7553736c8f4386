#include "analyzers/settings/readers.hpp"
#include "analyzers/settings/scan.hpp"
#include "analyzers/settings/yaml_scalar.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace leadline {
namespace {

constexpr std::size_t k_lines_read = 300;

struct Counts {
  int lines = 0;
  int sections = 0;   // [name]
  int equals = 0;     // key = value
  int assigned = 0;   // a.b = value; or a.b = {
  int yaml = 0;       // key: value, key:, - item
  int semicolons = 0; // ends with ';', '{' or '}'
  int braces = 0;
  int tags = 0; // starts with '<' and ends with '>'
  int xml = 0;  // of these with attributes or an end tag behind text
};

bool is_section(std::string_view text) {
  return text.size() > 2 && text.front() == '[' && text.back() == ']' &&
         text.find(',') == std::string_view::npos && text.find('"') != 1 &&
         !looks_numeric(text.substr(1, text.size() - 2));
}

Counts count(const TextLines& lines) {
  Counts counts;
  for (std::size_t i = 0; i < std::min(lines.size(), k_lines_read); ++i) {
    const std::string_view text = trim(lines[i].text.substr(0, 2000));
    if (text.empty() || text.front() == '#' || text.front() == ';' || is_template_only(text)) {
      continue;
    }
    ++counts.lines;
    const std::size_t equals = text.find('=');
    const YamlKey key = yaml_key(text, 0);
    const bool item = text.front() == '-' && (text.size() == 1 || text[1] == ' ');
    counts.sections += is_section(text) ? 1 : 0;
    counts.equals +=
        equals != std::string_view::npos && is_identifier(trim(text.substr(0, equals))) ? 1 : 0;
    counts.yaml +=
        item || (key.found && key.text.find_first_of(" ={(") == std::string_view::npos) ? 1 : 0;
    const std::string_view left =
        trim(text.substr(0, equals == std::string_view::npos ? 0 : equals));
    counts.assigned += !left.empty() && left != "location" && // nginx: "location = /x {"
                               left.find_first_of(" \t(") == std::string_view::npos &&
                               (text.back() == ';' || text.back() == '{' || text.back() == '[')
                           ? 1
                           : 0;
    const std::string_view last_two =
        text.substr(text.size() - std::min<std::size_t>(text.size(), 2));
    const bool expression =
        last_two == "}}" || last_two == "%}" || last_two == "{{" || last_two == "${";
    counts.semicolons +=
        !expression && (text.back() == ';' || text.back() == '{' || text.back() == '}') ? 1 : 0;
    counts.braces += !expression && text.back() == '{' && text.size() > 1 ? 1 : 0;
    const bool tag = text.front() == '<' && text.back() == '>' && text.size() > 2 && text[1] != '%';
    counts.tags += tag ? 1 : 0;
    counts.xml += tag && (text.find("=\"") != std::string_view::npos ||
                          text.find("</", 1) != std::string_view::npos)
                      ? 1
                      : 0;
  }
  return counts;
}

} // namespace

Format sniff_format(const TextLines& lines) {
  if (lines.empty()) {
    return Format::unknown;
  }
  if (is_packet_filter(lines)) {
    return Format::key_value;
  }
  if (lines.front().text.substr(0, 2) == "#!") {
    return lines.front().text.find("python") != std::string_view::npos ? Format::python
           : lines.front().text.find("ruby") != std::string_view::npos ? Format::ruby
           : lines.front().text.find("node") != std::string_view::npos ? Format::javascript
                                                                       : Format::shell;
  }
  const auto first = std::find_if(lines.begin(), lines.end(), [](const TextLine& line) {
    const std::string_view text = trim(line.text);
    return !text.empty() && text.front() != '#' && text.substr(0, 2) != "//" &&
           !is_template_only(text);
  });
  if (first == lines.end()) {
    return Format::unknown;
  }
  const std::string_view text = trim(first->text);
  // logrotate: "/var/log/x.log {", perhaps with the brace on the next line.
  if (text.front() == '/' &&
      (text.back() == '{' || (first + 1 != lines.end() && trim(first[1].text) == "{"))) {
    return Format::nginx;
  }
  if (text.substr(0, 5) == "<?xml") {
    return Format::xml;
  }
  if (text == "---") {
    return Format::yaml;
  }
  if (is_dns_zone(lines)) {
    return Format::key_value;
  }
  const Counts counts = count(lines);
  // Some language with braces: "{ config, ... }: { services.x.enable = true; }", "pool = { size =
  // 5; };"
  if (counts.assigned > 0 && counts.semicolons * 3 >= counts.lines &&
      counts.assigned * 5 >= counts.lines) {
    return Format::unknown;
  }
  if (is_erlang_terms(lines)) {
    return Format::json;
  }
  if (text.front() == '{' || (text.front() == '[' && (text.size() == 1 || !is_section(text)))) {
    return Format::json;
  }
  if (counts.tags > 0 && counts.xml * 2 >= counts.tags) {
    return Format::xml;
  }
  if (counts.sections > 0 && (is_section(text) || counts.equals > 0)) {
    return Format::ini;
  }
  // <IfModule x> around directives; fluentd writes so, too.
  if (counts.tags > 1 && counts.equals == 0) {
    return Format::apache;
  }
  if (counts.braces > 0 && counts.semicolons * 2 >= counts.lines) {
    return Format::nginx;
  }
  if (counts.yaml * 5 >= counts.lines * 4) {
    return Format::yaml;
  }
  if (counts.equals * 3 >= counts.lines * 2) {
    return Format::key_value;
  }
  return Format::unknown;
}

bool looks_like_directives(const TextLines& lines) {
  constexpr std::size_t k_most_words = 8;
  int directives = 0;
  int others = 0;
  for (std::size_t i = 0; i < std::min(lines.size(), k_lines_read); ++i) {
    const std::string_view text = without_comment(trim(lines[i].text.substr(0, 2000)), "#;");
    if (text.empty() || is_template_only(text)) {
      continue;
    }
    const std::vector<std::string_view> all = words(text);
    const bool sentence = text.back() == '.' || text.back() == ',' || text.back() == ':' ||
                          text.back() == '?' || text.back() == '!';
    const bool directive =
        is_identifier(all[0]) && all.size() > 1 && all.size() <= k_most_words && !sentence;
    ++(directive ? directives : others);
  }
  return directives > 0 && directives >= others * 6;
}

} // namespace leadline
