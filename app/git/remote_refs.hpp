#pragma once

#include "app/git/cache.hpp"

#include <string>
#include <vector>

namespace leadline::git {

// GitCache::refs_at. The answer is spooled to an unnamed file in `folder` and read line by line: it
// is as long as the remote has refs. An answer that is cut short is an Error(unavailable), never a
// shorter list.
std::vector<std::string> refs_at(const GitRemote& remote, const GitFetchOptions& options,
                                 const std::string& folder, const std::string& prefix,
                                 const std::string& commit);

} // namespace leadline::git
