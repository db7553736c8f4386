#pragma once

#include "analyzers/settings/setting_changes.hpp"

#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace leadline {

// A removed or added line.
struct ChangedLine {
  int line = 0; // on its side
  int diff_line = 0;
  int hunk = 0;
  int chunk = 0;
  bool line_for_line = false; // the chunk is one line that took the place of one
  std::string_view text;
};

// What a diff says of the lines of one side.
struct SideLines {
  std::vector<ChangedLine> changed;        // ascending
  std::map<int, int> other;                // unchanged lines inside hunks -> the other side's
  std::vector<std::pair<int, int>> shifts; // from this line on, outside hunks: add so much
  std::set<int> of_interest;

  // The first changed line in a range of lines, inclusive; null when none is.
  const ChangedLine* first_changed(int first, int last) const;
  // The same line on the other side; 0 when it changed.
  int across(int line) const;
};

// `version` tells the size: in large files only the lines near hunks are of interest.
SideLines lines_of(const FileChange& file, Side side, const std::optional<FileVersion>& version);

} // namespace leadline
