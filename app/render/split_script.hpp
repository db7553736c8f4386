#pragma once

#include "analyzers/report.hpp"

#include <string>

namespace leadline {

// apply.sh of a folder of patches: a POSIX script that makes a branch of the parts in a clone of the
// repository, one commit each with the head's author, and compares the end with the head. It changes
// nothing when tracked files are changed or the branch exists. Commit ids and names of our own are
// all that stands in it. "" for a plan without parts.
std::string split_script(const Report& report);

} // namespace leadline
