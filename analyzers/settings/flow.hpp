#pragma once

#include "analyzers/settings/setting_tree.hpp"
#include "analyzers/settings/text_lines.hpp"

#include <cstddef>

namespace leadline {

// Nested { } and [ ] as JSON, JSONC, JSON5, YAML's flow style and TOML's inline values write them.
// Tolerant: a missing comma, quote or bracket costs the settings around it only. No recursion;
// depth is capped.
struct FlowSyntax {
  char separator = ':';        // between key and value
  bool yaml = false;           // a key ends at ": ", '' stands for a quote in single quotes
  bool slash_comments = false; // JSONC, JSON5
  bool hash_comments = false;
};

struct FlowPosition {
  std::size_t line = 0;   // index into the lines
  std::size_t column = 0; // 0-based
};

// What a flow value hangs on.
struct FlowTarget {
  SettingTree::Place place =
      SettingTree::k_root; // a mapping, or with an empty key: the value's own place
  std::string_view key;
  bool list_item = false; // the value is an item of the list `place`
};

// Reads one value that starts with a bracket at `from`; ends behind its closing bracket, or before
// the first line at `stop_indent` columns or less that does not begin with a closing bracket (-1:
// only at the end).
FlowPosition read_flow(const TextLines& lines, FlowPosition from, const FlowSyntax& syntax,
                       SettingTree& tree, const FlowTarget& target, int stop_indent);

} // namespace leadline
