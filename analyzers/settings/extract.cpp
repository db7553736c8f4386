#include "analyzers/settings/extract.hpp"

#include "analyzers/settings/code/read_code.hpp"
#include "analyzers/settings/embedded.hpp"
#include "analyzers/settings/key_budget.hpp"
#include "analyzers/settings/places.hpp"
#include "analyzers/settings/readers.hpp"
#include "analyzers/settings/template_text.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace leadline {
namespace {

// Above this size only the settings of the lines of interest are built.
constexpr std::size_t k_large_text_bytes = 1 << 20;

bool is_code(Format format) {
  switch (format) {
  case Format::hcl:
  case Format::dockerfile:
  case Format::jsonnet:
  case Format::typescript:
  case Format::javascript:
  case Format::python:
  case Format::go:
  case Format::java:
  case Format::kotlin:
  case Format::ruby:
  case Format::csharp:
  case Format::rust:
  case Format::php:
  case Format::shell:
    return true;
  default:
    return false;
  }
}

// A part of a value over several lines that is also known on its own line: the nearer line is kept.
void drop_wider_twins(std::vector<Setting>& settings) {
  std::map<std::string, std::vector<int>> lines; // ascending
  const auto name = [](const Setting& setting) {
    return setting.key.text() + "\n" + setting.value;
  };
  std::vector<std::string> wide;
  for (const Setting& setting : settings) {
    if (setting.first_line != setting.last_line) {
      wide.push_back(name(setting));
    }
  }
  if (wide.empty()) {
    return;
  }
  std::sort(wide.begin(), wide.end());
  for (const Setting& setting : settings) {
    if (setting.first_line == setting.last_line) {
      std::string key = name(setting);
      if (std::binary_search(wide.begin(), wide.end(), key)) {
        lines[std::move(key)].push_back(setting.first_line);
      }
    }
  }
  const auto has_twin = [&](const Setting& setting) {
    if (setting.first_line == setting.last_line) {
      return false;
    }
    const auto twins = lines.find(name(setting));
    if (twins == lines.end()) {
      return false;
    }
    const auto at =
        std::lower_bound(twins->second.begin(), twins->second.end(), setting.first_line);
    return at != twins->second.end() && *at <= setting.last_line;
  };
  settings.erase(std::remove_if(settings.begin(), settings.end(), has_twin), settings.end());
}

// A format that only the look of the lines told, and that leaves pieces of another syntax in keys
// and values.
bool is_misread(const std::vector<Setting>& settings) {
  constexpr std::size_t k_few = 4;
  const auto is_odd = [](const Setting& setting) {
    const std::string_view key = setting.key.leaf();
    const std::string_view value = setting.value;
    return key.find_first_of("=;{}") != std::string_view::npos || value == "=" || value == "{" ||
           (setting.syntax == ValueSyntax::plain && value.ends_with(';'));
  };
  const auto odd =
      static_cast<std::size_t>(std::count_if(settings.begin(), settings.end(), is_odd));
  return settings.size() >= k_few && odd * 5 > settings.size();
}

// A program inside a configuration file, as a script in a workflow.
void read_embedded_code(const Reading& reading) {
  const TextLines& lines = reading.lines;
  const auto number = [&](int line) {
    const auto last = static_cast<int>(lines.size());
    return lines[static_cast<std::size_t>(std::clamp(line, 1, last) - 1)].number;
  };
  if (lines.empty()) {
    return;
  }
  for (Setting& setting : read_code(reading.kind.format, reading.path, joined(lines), {})) {
    setting.first_line = number(setting.first_line);
    setting.last_line = number(setting.last_line);
    reading.tree.adopt(reading.place, std::move(setting));
  }
}

} // namespace

void read_any(const Reading& reading) {
  switch (reading.kind.format) {
  case Format::yaml:
    return read_yaml(reading);
  case Format::json:
    return read_json(reading);
  case Format::toml:
    return read_toml(reading);
  case Format::ini:
    return read_ini(reading);
  case Format::key_value:
    return read_key_value(reading);
  case Format::properties:
    return read_properties(reading);
  case Format::dotenv:
    return read_dotenv(reading);
  case Format::xml:
    return read_xml(reading);
  case Format::nginx:
    return read_nginx(reading);
  case Format::apache:
    return read_apache(reading);
  case Format::haproxy:
    return read_haproxy(reading);
  case Format::puppet:
    return read_puppet(reading);
  case Format::sql:
    return read_sql(reading);
  case Format::prose:
    return;
  default:
    return is_code(reading.kind.format) ? read_embedded_code(reading) : read_unknown(reading);
  }
}

namespace {

Extraction extract_lines(const FileKind& kind, std::string_view path, std::string_view text,
                         const std::set<int>& lines_of_interest) {
  const bool all = lines_of_interest.empty() || text.size() <= k_large_text_bytes;
  if (is_code(kind.format)) {
    CodeReading code = read_code_text(kind.format, path, text, lines_of_interest);
    if (kind.format == Format::shell) {
      for (Setting& setting : filter_commands(text)) {
        code.settings.push_back(std::move(setting));
      }
      std::stable_sort(
          code.settings.begin(), code.settings.end(),
          [](const Setting& a, const Setting& b) { return a.first_line < b.first_line; });
    }
    expand_embedded(code.settings);
    set_places(code.settings, code.near ? Reach::near : Reach::whole);
    return {std::move(code.settings),
            code.by_lines ? "too large, too deeply nested or with too long a line to be read" : ""};
  }
  SettingTree tree(all ? nullptr : &lines_of_interest);
  TextLines lines = text_lines(text);
  if (kind.templated) {
    read_template_statements(lines, tree, SettingTree::k_root);
  }
  blank_template_blocks(lines);
  read_any({lines, kind, path, tree});
  std::vector<Setting> settings = tree.settings();
  if (is_misread(settings) && detect_kind(path, "").format == Format::unknown) {
    SettingTree by_lines(all ? nullptr : &lines_of_interest);
    read_unknown({lines, {Format::unknown, kind.templated}, path, by_lines});
    settings = by_lines.settings();
  }
  expand_embedded(settings);
  drop_wider_twins(settings);
  set_places(settings, all ? Reach::whole : Reach::near);
  return {std::move(settings), tree.has_unread() ? "too deeply nested to be read" : ""};
}

} // namespace

Extraction extract(const FileKind& kind, std::string_view path, std::string_view text,
                   const std::set<int>& lines_of_interest) try {
  const ReturnedLines returned(text);
  if (!returned.any()) {
    return extract_lines(kind, path, text, lines_of_interest);
  }
  // To git all of them are parts of one line.
  Extraction found = extract_lines(kind, path, returned.text(), returned.lines(lines_of_interest));
  for (Setting& setting : found.settings) {
    setting.first_line = returned.number(setting.first_line);
    setting.last_line = returned.number(setting.last_line);
  }
  return found;
} catch (const KeysTooLong& error) {
  return {{}, error.what()};
}

std::vector<Setting> extract_settings(const FileKind& kind, std::string_view path,
                                      std::string_view text,
                                      const std::set<int>& lines_of_interest) {
  return extract(kind, path, text, lines_of_interest).settings;
}

} // namespace leadline
