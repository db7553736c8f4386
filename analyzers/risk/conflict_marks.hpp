#pragma once

#include "analyzers/risk/findings.hpp"
#include "analyzers/risk/hidden_characters.hpp"

#include <vector>

namespace leadline {

// Marks of a merge that nobody finished ("<<<<<<< HEAD", "=======", ">>>>>>> branch",
// https://git-scm.com/docs/git-merge#_how_conflicts_are_presented) among the added lines, one
// finding a file, at the first of them: conflict.marker, high where both ends stand, medium where
// one does; low in documentation and tests, which may show them on purpose. `files` and `lines` are
// of `changes.files`. Pure; linear in the diff.
std::vector<Finding> conflict_findings(const ChangeSet& changes, const std::vector<Chunk>& chunks,
                                       const std::vector<LineIndex>& lines,
                                       const std::vector<ShownFile>& files, const Policy& policy);

} // namespace leadline
