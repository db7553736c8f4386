#pragma once

#include "analyzers/diff/change_set.hpp"

namespace leadline {

// Reads what `git diff` or `diff -u` printed. Accepts quoted paths (git-config(1) core.quotePath),
// extended headers (git-diff(1), "generating patch text with -p"), CRLF, a preamble before the
// first file (e-mail, `git show`), and paths without "a/" and "b/". base, head and merge_base stay
// empty. Throws Error(bad_input) naming the line of `text` when a hunk is cut short, has more lines
// than its header says, or a header cannot be read; a text without any file entry that is not blank
// is bad input too.
ChangeSet parse_unified_diff(std::string_view text);

} // namespace leadline
