#pragma once

#include "app/git/cache.hpp"
#include "app/git/libgit2.hpp"

#include <string>
#include <vector>

namespace leadline::git {

// Moves branches at a remote as GitCache::push says. The remote compares where each branch stands
// with what it told us, so that nobody's push between the two is lost
// (https://git-scm.com/docs/pack-protocol, "Reference Update Request").
std::vector<std::string> push_branches(git_repository* repository, const GitRemote& remote,
                                       const GitFetchOptions& options,
                                       const std::vector<BranchPush>& pushes);

} // namespace leadline::git
