#pragma once

#include "analyzers/report.hpp"
#include "app/git/patch_series.hpp"

#include <string>
#include <vector>

namespace leadline {

// Proves report.split: its patches, applied one after the other, rebuild the head's tree. Sets
// SplitPlan::proof to that tree's id and returns the patches in merge order. Where the proof fails
// the groups are joined, first those that share a file, then all, and what is recommended is
// weighed again by `policy`; a plan that cannot be proven at all loses its groups and says why in
// its reasons, and no patches are returned. Throws only what is no fault of the plan.
std::vector<std::string> prove_split(PatchSeries& series, const ChangeSet& changes, Report& report,
                                     const Policy& policy);

} // namespace leadline
