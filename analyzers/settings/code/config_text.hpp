#pragma once

#include "analyzers/settings/setting.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// The settings of a configuration that stands inside a string of a program: `[section]` and `key =
// value`, indented `key: value`, `directive value;` with blocks, a shell's `export K=V`. Nothing
// when less than half of its lines look like one of them, so that prose stays prose. `first_line`
// is the line of the text's first byte; keys are below `parent`.
std::vector<Setting> read_config_text(std::string_view text, int first_line,
                                      const std::vector<std::string>& parent);

} // namespace leadline
