#pragma once

#include "app/git/attributes.hpp"
#include "app/git/tree_changes.hpp"

namespace leadline::git {

// Joins removed and added files to renames, choosing the pairs that `git diff --find-renames`
// chooses: equal content first, then equal names that are unique, then the best of all pairs with
// at least 50 %. Beyond 1,000 x 1,000 candidates (git's diff.renameLimit) the last step is left
// out. `changes` keep git's order: a rename stands where its new path stands. Files over
// `max_bytes` and unreadable ones are only joined by equal content.
std::vector<TreeChange> find_renames(git_repository* repository, std::vector<TreeChange> changes,
                                     const Attributes& attributes, std::size_t max_bytes);

} // namespace leadline::git
