#pragma once

#include "analyzers/diff/change_set.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace leadline {

// The one-line parts of a diff text. Each gives nullopt for text of another shape, overflow
// included.

// Decimal digits only, at most INT_MAX.
std::optional<int> read_count(std::string_view text);

// Six octal digits, "100644".
std::optional<std::uint32_t> read_mode(std::string_view text);

// "@@ -1,2 +3,4 @@ section"; a missing count is 1. Both last line numbers fit an int, a side that
// has lines starts at 1 or later, and one side has lines. diff_line and lines stay empty.
std::optional<Hunk> read_hunk_header(std::string_view text);

struct IndexLine {
  std::string old_id;
  std::string new_id;
  std::uint32_t mode = 0; // 0 when the line has none
};

// "1234567..89abcde 100644", what follows "index ".
std::optional<IndexLine> read_index_line(std::string_view text);

struct SubmoduleLine {
  std::string path;
  std::string old_id;
  std::string new_id;
  FileStatus status = FileStatus::modified;
};

// "Submodule lib 1234567..89abcde:" and its variants (git-config(1) diff.submodule=log).
std::optional<SubmoduleLine> read_submodule_line(std::string_view text);

} // namespace leadline
