#pragma once

#include "analyzers/file_source.hpp"
#include "analyzers/report.hpp"

namespace leadline {

// Partitions all chunks of `report` into groups that can be reviewed and merged one after the
// other, in merge order: for every k the changes of the first k groups apply to the base. Reads
// changes, chunks, settings and findings of the report, and folders around changed files from
// `files`; deterministic.
SplitPlan plan_split(const ChangeSet& changes, const Report& report, const Policy& policy,
                     const FileSource& files = NoFiles());

} // namespace leadline
