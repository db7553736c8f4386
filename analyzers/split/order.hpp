#pragma once

#include "analyzers/split/needs.hpp"

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace leadline {

// A group in the making.
struct Draft {
  std::vector<std::size_t> units; // ascending
  int rank = 0;                   // where it would like to stand: lower merges earlier
  // Indices of drafts that come before it, each with a name that binds them.
  std::map<std::size_t, std::string> needs;
  // Names over which drafts that needed each other were joined into this one; empty: none was.
  std::set<std::string> joined_over;
};

// The drafts in merge order: by rank and place in the diff, but what a draft needs stands before
// it, and directly before it where nothing else wants to. What units at stake need is taken out of
// drafts that have much else. Drafts that strongly need each other are joined; a need that is not
// strong gives way where it would close a circle. `needs` are filled in.
std::vector<Draft> in_merge_order(const std::vector<SplitUnit>& units,
                                  const std::vector<UnitNeed>& needs, std::vector<Draft> drafts);

} // namespace leadline
