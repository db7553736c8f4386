#pragma once

#include "analyzers/settings/code/syntax_tree.hpp"
#include "analyzers/settings/setting.hpp"

#include <string>
#include <vector>

namespace leadline {

// The settings that stand inside a string literal: a placeholder with a default (`${pool.size:20}`,
// named by itself), a configuration of many lines, one line of it (`"max_client_conn = 20\n"`).
// Keys are below `parent`. Documentation strings say nothing.
std::vector<Setting> settings_in_string(const SyntaxTree& tree, int node,
                                        std::vector<std::string> parent);

// What the tag of a Go struct field states: `env:"POOL_SIZE" default:"20"`.
std::vector<Setting> settings_in_tag(const SyntaxTree& tree, int node);

// A shell's command: what its flags set is below its name, `sudo` and the like left out. `rest` are
// the words that say no setting themselves but may hold some.
struct ShellCommand {
  std::vector<Setting> settings;
  std::vector<int> rest;
};
ShellCommand read_command(const SyntaxTree& tree, int node);

} // namespace leadline
