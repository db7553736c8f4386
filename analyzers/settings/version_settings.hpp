#pragma once

#include "analyzers/settings/extract.hpp"
#include "analyzers/settings/setting_changes.hpp"
#include "analyzers/settings/side_lines.hpp"

namespace leadline {

// The settings of one version of a file, with the line numbers of that file. Of hunks alone each is
// read by itself: what stands between them is not known. None of prose.
Extraction settings_of(const FileChange& file, Side side, const FileVersion& version,
                       const SideLines& side_lines);

} // namespace leadline
