#pragma once

#include "analyzers/report.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace leadline {

// Chunks of one file (or of files that cannot be parted) that a plan moves together.
struct SplitUnit {
  std::vector<std::size_t> chunks; // indices in Report::chunks, ascending
  std::size_t file = 0;            // index in ChangeSet::files, of its first chunk that is no noise
  std::string domain;       // of most of its changed lines, noise left out where there is more
  bool sure = false;        // the domain is certain enough to part the unit from others
  bool at_stake = false;    // holds a line with a finding of severity high or above
  bool has_finding = false; // of any severity
  bool locked = false;      // a manifest of dependencies and its lock file
  int lines = 0;            // changed lines, at least 1
};

// The units of a change set, in diff order; every chunk is in exactly one. Chunks stay together
// only where git could not apply one without the other: a file that comes, goes or is binary, a
// change of type, a last line without a line end, a folder in the place of a file; and a manifest
// of dependencies with its lock file. Whatever else belongs together is found by evidence.
std::vector<SplitUnit> make_units(const ChangeSet& changes, const Report& report);

} // namespace leadline
