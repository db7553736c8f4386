#pragma once

#include "analyzers/settings/setting.hpp"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// Formats that settings are read from. `unknown` yields what looks like `key = value` or flags
// only.
enum class Format {
  unknown,
  yaml,
  json,
  toml,
  ini,
  key_value,
  properties,
  dotenv,
  xml,
  hcl,
  nginx,
  apache,
  haproxy,
  puppet,
  sql,
  dockerfile,
  jsonnet,
  typescript,
  javascript,
  python,
  go,
  java,
  kotlin,
  ruby,
  csharp,
  rust,
  php,
  shell,
  prose, // Markdown and the like: no settings
};

// Format and template language of a file, by its name first, its first bytes second.
// "pgbouncer.ini.j2" is ini with templates.
struct FileKind {
  Format format = Format::unknown;
  bool templated = false; // Jinja, Go templates, ERB, EPP, mustache marks may stand anywhere

  bool operator==(const FileKind&) const = default;
};
FileKind detect_kind(std::string_view path, std::string_view text);

std::string_view name_of(Format format);

// Every setting of one version of a file, by first line. Pure. Tolerant: text that does not parse
// yields the settings around the break, never an exception; hostile input (depth, size, bytes)
// costs time linear in its length. What repeats long names in more keys than KeyBudget allows is
// not read, and says so. `lines_of_interest`: 1-based lines that changed; settings of other lines
// may be left out when the text is large, so that cost follows the diff (empty: all lines matter).
struct Extraction {
  std::vector<Setting> settings;
  // Why a part of the text was read by the look of its lines only, or not at all: nested too
  // deeply, too large, lines that no person writes. Empty when all was read.
  std::string unread;
};
Extraction extract(const FileKind& kind, std::string_view path, std::string_view text,
                   const std::set<int>& lines_of_interest);

// The settings of extract.
std::vector<Setting> extract_settings(const FileKind& kind, std::string_view path,
                                      std::string_view text,
                                      const std::set<int>& lines_of_interest);

} // namespace leadline
