#pragma once

#include "analyzers/report.hpp"

namespace leadline {

// Partitions all chunks of `report` into groups that can be reviewed and merged one after the
// other, in merge order: for every k the changes of the first k groups apply to the base. Reads
// changes, chunks, settings and findings of the report; deterministic.
SplitPlan plan_split(const ChangeSet& changes, const Report& report, const Policy& policy);

} // namespace leadline
