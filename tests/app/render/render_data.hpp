#pragma once

#include <string>
#include <vector>

namespace leadline {

// A file below tests/data/render.
std::string read_render_data(const std::string& name);
std::vector<std::string> render_cases(); // names of the folders in there, sorted

} // namespace leadline
