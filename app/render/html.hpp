#pragma once

#include "analyzers/report.hpp"

#include <string>

namespace leadline {

// The report as one page that loads nothing and runs no script: for build artefacts and for reading
// with assistive technology. All text from outside is escaped.
std::string render_html(const Report& report);

} // namespace leadline
