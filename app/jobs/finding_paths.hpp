#pragma once

#include "analyzers/report.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace leadline {

// Which files of a change its findings rest on.
struct FindingPaths {
  std::map<std::string, std::string> renamed_from; // by the name at the head
  std::set<std::string> with_settings;             // in which a setting has changed

  // The finding's own file, under its name before as well; of a finding about how settings stand to
  // one another (rules "relation.") all files in which a setting has changed, since any of them may
  // hold the other one. Sorted.
  std::vector<std::string> of(const Finding& finding) const;
};

// Of `report`, as far as its hunks, chunks and settings go.
FindingPaths paths_in(const Report& report);

} // namespace leadline
