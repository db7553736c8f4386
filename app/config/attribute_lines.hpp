#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// A line of a .gitattributes file (https://git-scm.com/docs/gitattributes) that may decide whether
// files count as generated or vendored.
struct AttributeLine {
  int line = 0;           // 1-based
  bool macro = false;     // "[attr]name ...": what lines that use the name mean
  std::string pattern;    // as it is written; of a macro its name
  std::string attributes; // with one space between them

  bool same(const AttributeLine& other) const {
    return macro == other.macro && pattern == other.pattern && attributes == other.attributes;
  }
  // Whether it marks (sets linguist-generated or linguist-vendored), or may by a macro.
  bool may_mark() const;
  // Whether it takes marks away, or may.
  bool may_unmark() const;
};

// Those lines of `text` that name linguist-generated, linguist-vendored, or an attribute that is
// none of git's own: a macro may stand behind it.
std::vector<AttributeLine> attribute_lines(std::string_view text);

// What a pattern of .gitattributes tells by itself about the paths that it matches.
struct PatternShape {
  // What is matched, as far as it can be said: "deploy/x/x.yaml" of "deploy/**/*.yaml". Of a
  // pattern that leaves the ending open it ends in ".yaml" where the pattern allows it.
  std::string example;
  std::string folder;          // no path outside of it matches; "" anywhere
  bool literal = false;        // no wildcard and no name in any folder: `example` is the one path
  bool open = false;           // files of any format
  bool odd = false;            // not understood here: brackets, escapes, quotes
  bool says_generated = false; // by a name in it: "**/__generated__/**", "vendor/**"
};

// `folder` is that of the .gitattributes file, "" at the top.
PatternShape shape_of(std::string_view pattern, std::string_view folder);

} // namespace leadline
