#pragma once

#include "analyzers/report.hpp"
#include "app/git/libgit2.hpp"

#include <string>

namespace leadline::git {

// gitrevisions(7): "A...B", "A..B" (an absent side is HEAD) or one commit. See
// GitRepository::resolve.
Range resolve_range(git_repository* repository, const std::string& range);

} // namespace leadline::git
