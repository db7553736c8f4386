#pragma once

#include "analyzers/split/affinity.hpp"

#include <cstddef>
#include <set>
#include <string>
#include <vector>

namespace leadline {

// Nobody opens a pull request for three lines without risk beside a large one. Joins each of
// `clusters` (lists of units, none at stake) that is a crumb with the one that it is most alike, as
// long as one of the others is large. A crumb has no finding and few changed lines, none of them of
// a domain in `weighty`; or it changes no line at all (modes, renames) in few files.
std::vector<std::vector<std::size_t>>
without_crumbs(const Report& report, const std::vector<SplitUnit>& units,
               const AffinityTable& table, const std::set<std::string>& weighty,
               std::vector<std::vector<std::size_t>> clusters);

} // namespace leadline
