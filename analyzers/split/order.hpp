#pragma once

#include "analyzers/split/units.hpp"

#include <cstddef>
#include <set>
#include <vector>

namespace leadline {

// A group in the making.
struct Draft {
  std::vector<std::size_t> units; // ascending
  int rank = 0;                   // where it would like to stand: lower merges earlier
  std::set<std::size_t> needs;    // indices of drafts that come before it
};

// The drafts in merge order: what a draft needs stands before it, else by rank and place in the
// diff. A draft needs another when its added lines use a name that the other's added lines define
// in the same language, or when the other's removed lines use a name whose definition it removes.
// Drafts that need each other are joined. `needs` are filled in.
std::vector<Draft> in_merge_order(const ChangeSet& changes, const Report& report,
                                  const std::vector<SplitUnit>& units, std::vector<Draft> drafts);

} // namespace leadline
