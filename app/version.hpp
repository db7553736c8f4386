#pragma once

#include <string_view>

namespace leadline {

// As in CMakeLists.txt: "0.1.0".
std::string_view version();

} // namespace leadline
