#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

struct YamlEntry;

// A value of a YAML text with the line it stands on.
struct YamlNode {
  enum class Kind { null, scalar, list, map };

  Kind kind = Kind::null;
  int line = 1;                   // 1-based
  std::string text;               // of a scalar
  bool quoted = false;            // a scalar in quotes is text, whatever it looks like
  std::vector<YamlNode> items;    // of a list
  std::vector<YamlEntry> entries; // of a map, in order; keys are scalars, unique
};

struct YamlEntry {
  YamlNode key;
  YamlNode value;
};

struct YamlMistake {
  int line = 1;
  std::string message;
};

// Reads one document; an empty text is null. At most 256 KiB, depth 12 and 20,000 values; no
// anchors, aliases, tags, doubled keys or second document. What breaks a rule is added to
// `mistakes`, and then the tree is what could be read.
YamlNode read_yaml(std::string_view text, std::vector<YamlMistake>& mistakes);

} // namespace leadline
