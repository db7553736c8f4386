#pragma once

#include "analyzers/report.hpp"

#include <string>
#include <vector>

namespace leadline {

// The opposite of render_json(), for tests that start from a readable report.
Report report_from_json(const std::string& text);

// A file below tests/data/render.
std::string read_render_data(const std::string& name);
std::vector<std::string> render_cases(); // names of the folders in there, sorted

} // namespace leadline
