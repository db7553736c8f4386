#pragma once

#include "analyzers/settings/setting.hpp"

#include <string_view>
#include <vector>

namespace leadline {

// What lines of a program seem to set: `name = literal`, `name: literal`, `name => literal`
// (Puppet). For what is too large or too broken for a syntax tree.
std::vector<Setting> read_lines(std::string_view text);

} // namespace leadline
