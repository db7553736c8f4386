#pragma once

#include "analyzers/report.hpp"

#include <string>

namespace leadline {

// The findings as SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/), in the subset that
// GitHub's code scanning reads
// (https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support). A
// finding on a removed line names its file only: SARIF locations are in the new version. What was
// skipped makes the invocation unsuccessful.
std::string render_sarif(const Report& report);

} // namespace leadline
