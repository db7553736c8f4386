#pragma once

#include "app/git/cache.hpp"
#include "app/git/libgit2.hpp"

#include <string>
#include <vector>

namespace leadline::git {

// Throws Error(bad_input) unless each is 40 lower-case hexadecimal digits or a valid name below
// "refs/".
void check_wants(const std::vector<std::string>& wants);

// Fetches those of `wants` that are missing, as GitCache::fetch says; ids that are there cost no
// request, ref names always one. Returns false when the repository itself is broken. Throws Error
// as GitCache::fetch.
bool fetch_missing(git_repository* repository, const GitRemote& remote,
                   const GitFetchOptions& options, const std::vector<std::string>& wants);

} // namespace leadline::git
