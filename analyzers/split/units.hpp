#pragma once

#include "analyzers/report.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace leadline {

// Chunks of one file (or of files that cannot be parted) that a plan moves together.
struct SplitUnit {
  std::vector<std::size_t> chunks; // indices in Report::chunks, ascending
  std::size_t file = 0;            // index in ChangeSet::files, of its first chunk
  std::string domain;              // of most of its changed lines
  bool at_stake = false;           // holds a line with a finding of severity high or above
  int lines = 0;                   // changed lines, at least 1
};

// The units of a change set, in diff order; every chunk is in exactly one. Chunks stay together
// when git could not apply one without the other (a file that comes, goes or is binary, a change of
// type, a last line without a line end, a folder in the place of a file) and, within one file,
// unless they are about different things that each have a weight of their own: then a chunk with a
// finding of high severity, or of such a domain, is a unit. `weighty`: ids of the domains that are
// reviewed apart.
std::vector<SplitUnit> make_units(const ChangeSet& changes, const Report& report,
                                  const std::set<std::string>& weighty);

} // namespace leadline
