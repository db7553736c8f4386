#pragma once

#include "analyzers/diff/change_set.hpp"
#include "analyzers/diff/diff_cursor.hpp"

namespace leadline {

// The hunks that start at the cursor, which then stands behind them. Counts decide where a hunk
// ends, not the looks of its lines. Throws Error(bad_input) for a hunk that is cut short, is
// followed by lines its header does not count, or starts before the end of the one above.
std::vector<Hunk> read_hunks(DiffCursor& text);

} // namespace leadline
