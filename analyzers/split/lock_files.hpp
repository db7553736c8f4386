#pragma once

#include "analyzers/report.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace leadline {

// A lock file that changes with the manifest of dependencies beside it is not installed alone, nor
// is the manifest. Each row holds chunks (indices in `chunks`, ascending) of one lock file, all of
// them, and those of its folder's manifest that speak of what the lock file locks: a name or a
// version on a changed line that the lock file's hunks hold, too. Where no chunk of a manifest
// does, the whole manifest is taken, except for *.tf, which hold much else. Linear in the diff.
std::vector<std::vector<std::size_t>> locked_chunks(const ChangeSet& changes,
                                                    const std::vector<Chunk>& chunks);

} // namespace leadline
