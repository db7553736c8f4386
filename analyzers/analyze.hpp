#pragma once

#include "analyzers/catalog/catalog.hpp"
#include "analyzers/file_source.hpp"
#include "analyzers/report.hpp"

namespace leadline {

// The whole analysis. Pure and deterministic: equal input gives an equal report. A file that cannot
// be analysed is listed in coverage.skipped, and the verdict is then action_required; nothing is
// passed over in silence.
Report analyze(const ChangeSet& changes, const FileSource& files, const Policy& policy,
               const Catalog& catalog);

} // namespace leadline
