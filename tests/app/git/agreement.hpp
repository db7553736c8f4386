#pragma once

#include "analyzers/diff/change_set.hpp"

#include <string>
#include <vector>

namespace leadline::test {

// Every field in which our change set differs from the one read from git's own text; a few words
// each. What a text does not say (ids and modes of a file that was only renamed) is not compared.
std::vector<std::string> disagreements(const ChangeSet& ours, const ChangeSet& gits);

} // namespace leadline::test
