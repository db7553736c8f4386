#pragma once

#include "analyzers/settings/code/syntax_tree.hpp"
#include "analyzers/settings/setting.hpp"

#include <vector>

namespace leadline {

// The settings that a program's syntax tree states, by first line; how they are named stands in
// read_code.hpp. Visits each node once, without recursion.
std::vector<Setting> read_tree(const SyntaxTree& tree);

} // namespace leadline
