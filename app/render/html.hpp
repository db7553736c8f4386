#pragma once

#include "analyzers/report.hpp"

#include <string>
#include <vector>

namespace leadline {

// The report as one page that loads nothing and runs no script: for build artefacts and for reading
// with assistive technology. All text from outside is escaped. A finding that has notes shows them
// under its title.
struct FindingNote {
  std::string finding_id;
  std::string text;
};
std::string render_html(const Report& report, const std::vector<FindingNote>& notes = {});

} // namespace leadline
