#pragma once

#include "analyzers/report.hpp"

#include <string>

namespace leadline {

// The report as manifests/schema/report.schema.json describes it: keys sorted, two spaces of
// indent, a last
// '\n'. Equal reports give equal bytes.
std::string render_json(const Report& report);

// What render_json() made, read again. Throws Error(bad_input) for what it did not make; older
// versions left fields out.
Report report_from_json(const std::string& text);

} // namespace leadline
