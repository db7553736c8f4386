#pragma once

#include "analyzers/report.hpp"

#include <string>

namespace leadline {

// The findings for reviewdog: a DiagnosticResult
// (https://github.com/reviewdog/reviewdog/blob/master/proto/rdf/reviewdog.proto). A finding on a
// removed line names its file only, since its lines are those of the new version. A skipped file is
// a diagnostic too.
std::string render_rdjson(const Report& report);

} // namespace leadline
