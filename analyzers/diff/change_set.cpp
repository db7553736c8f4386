#include "analyzers/diff/change_set.hpp"

#include <algorithm>

namespace leadline {
namespace {

int count(const std::vector<Hunk>& hunks, LineKind kind) {
  int lines = 0;
  for (const Hunk& hunk : hunks) {
    lines +=
        static_cast<int>(std::count_if(hunk.lines.begin(), hunk.lines.end(),
                                       [&](const DiffLine& line) { return line.kind == kind; }));
  }
  return lines;
}

} // namespace

bool FileChange::has_file_level_change() const {
  return binary || mode_changed() || status == FileStatus::renamed ||
         status == FileStatus::copied || hunks.empty();
}

int FileChange::additions() const { return count(hunks, LineKind::added); }

int FileChange::deletions() const { return count(hunks, LineKind::removed); }

} // namespace leadline
