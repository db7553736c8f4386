#pragma once

#include "analyzers/split/affinity.hpp"

#include <cstddef>
#include <vector>

namespace leadline {

struct ClusterLimits {
  double enough = 0.4;     // mean affinity (log odds) from which two clusters are one
  std::size_t at_most = 5; // clusters; the closest ones are joined until no more are left
};

// Mean affinity of the pairs of two clusters; of large ones a fixed sample of the pairs.
double mean_affinity(const AffinityTable& table, const std::vector<std::size_t>& a,
                     const std::vector<std::size_t>& b);

// Joins `members` (indices of units) bottom-up by the mean affinity of their pairs (UPGMA).
// Clusters are in order of their first member, members ascending. More than 300 members are first
// joined by file, then by folder, in each by domain, so that the cost stays bounded whatever the
// size of the change.
std::vector<std::vector<std::size_t>> cluster(const AffinityTable& table, const ChangeSet& changes,
                                              const std::vector<SplitUnit>& units,
                                              const std::vector<std::size_t>& members,
                                              const ClusterLimits& limits);

} // namespace leadline
