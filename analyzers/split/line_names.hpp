#pragma once

#include "analyzers/split/language.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// Names of one changed line, by what it does with them.
struct LineNames {
  std::vector<std::string> defines;  // for files of the same language: functions, types, constants
  std::vector<std::string> keys;     // of configuration, for what reads them
  std::vector<std::string> columns;  // and tables that a migration adds
  std::vector<std::string> literals; // fields of values in code: for the templates they fill
  std::vector<std::string> members;  // inside of a block: fields, enumerators
  std::vector<std::string> accesses; // of members
  std::vector<std::string> uses;     // identifiers of the code
  std::vector<std::string> reads;    // said to come from elsewhere: {{ x }}, ${X}, get("x"), :x
  bool imports = false;              // the line names other files, or what they hold
};

// Reads the changed lines of one file in order. Names have five bytes and more. Strings and
// comments are no code; `const { x } = require("y")`, `import` and `from` define nothing.
class NameReader {
public:
  explicit NameReader(const std::string& path);
  LineNames read(std::string_view line);

private:
  void read_code(std::string_view line, const std::string& code, LineNames& names) const;
  void read_config(std::string_view line, const std::string& code, LineNames& names) const;

  const Language& m_language;
  bool m_marks;     // of templates
  bool m_migration; // the file changes the tables of a database
  bool m_header;
  bool m_values; // tfvars: its keys are variables declared elsewhere
  CodeReader m_reader;
};

// Whether a name is made of parts or begins large ("pool_size", "PoolLogger", "Invoice"), so that
// it is hardly a word of another matter.
bool is_compound(std::string_view name);

} // namespace leadline
