#pragma once

#include "analyzers/report.hpp"

#include <set>
#include <string>
#include <vector>

namespace leadline {

// Which files of a change its findings rest on.
struct FindingPaths {
  std::set<std::string> new_here;      // names that only the head has: added, renamed, copied
  std::set<std::string> with_settings; // in which a setting has changed

  // The finding's own file; of a finding about how settings stand to one another (rules
  // "relation.") all files in which a setting has changed, since any of them may hold the other
  // one. Sorted.
  std::vector<std::string> of(const Finding& finding) const;
  // Whether one of these has its name only from this change: its lines may have stood under any
  // other one in the commits before.
  bool any_new(const Finding& finding) const;
};

// Whether the file of `hunk` is there only since this change, or under another name before.
bool is_new_here(const ReportHunk& hunk);

// Of `report`, as far as its hunks, chunks and settings go.
FindingPaths paths_in(const Report& report);

} // namespace leadline
