#pragma once

#include "app/git/cache.hpp"
#include "app/git/libgit2.hpp"

#include <functional>
#include <string>
#include <vector>

namespace leadline::git {

// Throws Error(bad_input) unless each is 40 lower-case hexadecimal digits or a valid name below
// "refs/".
void check_wants(const std::vector<std::string>& wants);

// Fetches those of `wants` that are missing, as GitCache::fetch says; ids that are there cost no
// request, ref names always one. `before_asking` is called when there is something to ask for.
// Returns false when the repository itself is broken. Throws Error as GitCache::fetch, and what
// `before_asking` throws.
bool fetch_missing(git_repository* repository, const GitRemote& remote,
                   const GitFetchOptions& options, const std::vector<std::string>& wants,
                   const std::function<void()>& before_asking);

} // namespace leadline::git
