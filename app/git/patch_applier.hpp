#pragma once

#include "app/git/libgit2.hpp"

#include <cstddef>
#include <string>

struct git_oid;

namespace leadline::git {

// The tree that `patch` makes of `tree`. Strict: no offset, no fuzz. New objects go where the
// repository writes. `number` (1-based) names the patch in messages. Throws Error(bad_input) naming
// patch, file and line that do not fit.
Tree apply_patch(git_repository* repository, git_tree* tree, const std::string& patch,
                 std::size_t number);

// The root tree of a commit, or the empty tree for k_empty_tree: there is always one to build on.
Tree tree_to_build_on(git_repository* repository, const std::string& commit);

// 40 hexadecimal digits in libgit2's form. Throws Error(bad_input).
git_oid oid_of(const std::string& id);

} // namespace leadline::git
