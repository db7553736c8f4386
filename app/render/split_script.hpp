#pragma once

#include "analyzers/report.hpp"

#include <string>

namespace leadline {

// apply.sh of a folder of patches: a POSIX script that makes a branch of the parts in a clone of
// the repository, one commit each with the head's author, when their last tree is the head's. It
// checks nothing out, and all that it changes is that branch, which must not exist. Commit ids and
// names of our own are all that stands in it. "" for a plan without parts.
std::string split_script(const Report& report);

} // namespace leadline
