#pragma once

#include "analyzers/settings/extract.hpp"

#include <set>
#include <string_view>
#include <vector>

namespace leadline {

// The settings of a source file, by first line: what its assignments, literals, calls, annotations
// and environment look-ups state, without running anything. Values are scalars as written;
// arithmetic stays text
// ("5 * time.Second"). A key path is short: the variable or property that holds the value and the
// keys inside, not the function or class around.
//   `const pgbouncer = { maxClientConn: 20 }`    -> pgbouncer.maxClientConn
//   `create_engine(url, pool_size=5)`            -> create_engine.pool_size, context
//   "create_engine" `config.setMaximumPoolSize(20)`              -> MaximumPoolSize, context
//   "config.setMaximumPoolSize" `os.environ.get("POOL_SIZE", "20")`          -> POOL_SIZE `resource
//   "aws_db_instance" "main" { x = 1 }` -> resource.aws_db_instance[main].x, context
//   "aws_db_instance"
// A string literal that holds a configuration file yields that file's settings at their own lines.
// `path` chooses the dialect where one Format has two (.ts and .tsx, .tf and .tfvars).
// Formats without code (yaml, ini, ...) yield nothing. Tolerant and linear as extract_settings.
struct CodeReading {
  std::vector<Setting> settings;
  bool by_lines = false; // no syntax tree could be made: settings by the look of the lines alone
  bool near = false;     // settings far from the lines of interest were left out
};
CodeReading read_code_text(Format format, std::string_view path, std::string_view text,
                           const std::set<int>& lines_of_interest);

// The settings of read_code_text.
std::vector<Setting> read_code(Format format, std::string_view path, std::string_view text,
                               const std::set<int>& lines_of_interest);

} // namespace leadline
