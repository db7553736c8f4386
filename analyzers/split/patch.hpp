#pragma once

#include "analyzers/report.hpp"

#include <functional>
#include <string>
#include <vector>

namespace leadline {

// The whole entry ("diff --git ..." up to the last line of its "GIT binary patch") of a file whose
// content a diff text does not show. "" when it cannot be had.
using BinaryPatch = std::function<std::string(const FileChange& file)>;

// The patches of `plan`, one for each group in merge order: patch k turns the base with groups
// 0..k-1 applied into the base with groups 0..k applied. Plain `git apply` takes them: three
// context lines, git's extended headers. `chunks` are those that the plan's groups name. Pure.
// Throws Error(bad_input) naming the chunk when the groups are no partition of the chunks, and
// naming the file when a binary patch is needed and cannot be had.
std::vector<std::string> group_patches(const ChangeSet& changes, const std::vector<Chunk>& chunks,
                                       const SplitPlan& plan, const BinaryPatch& binary_patch);

} // namespace leadline
