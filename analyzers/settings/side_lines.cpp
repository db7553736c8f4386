#include "analyzers/settings/side_lines.hpp"

#include <algorithm>
#include <climits>

namespace leadline {
namespace {

// In large files: how far behind a hunk settings are built, so that a changed parent shows in its
// children.
constexpr int k_lines_behind = 200;
// Above this size it is worth to say which lines matter.
constexpr std::size_t k_large_text_bytes = 1 << 19;

} // namespace

const ChangedLine* SideLines::first_changed(int first, int last) const {
  const auto at =
      std::lower_bound(changed.begin(), changed.end(), first,
                       [](const ChangedLine& line, int number) { return line.line < number; });
  return at != changed.end() && at->line <= last ? &*at : nullptr;
}

int SideLines::across(int line) const {
  if (first_changed(line, line) != nullptr) {
    return 0;
  }
  if (const auto at = other.find(line); at != other.end()) {
    return at->second;
  }
  const auto shift = std::upper_bound(shifts.begin(), shifts.end(), std::make_pair(line, INT_MAX));
  return shift == shifts.begin() ? line : line + std::prev(shift)->second;
}

SideLines lines_of(const FileChange& file, Side side, const std::optional<FileVersion>& version) {
  const bool large = version && version->text.size() > k_large_text_bytes;
  SideLines lines;
  int chunk = 0;
  std::vector<std::pair<int, int>> sizes(1); // of each chunk: removed and added lines
  for (std::size_t h = 0; h < file.hunks.size(); ++h) {
    const Hunk& hunk = file.hunks[h];
    bool in_chunk = false;
    for (const DiffLine& line : hunk.lines) {
      const bool changed = line.kind != LineKind::context;
      chunk += changed && !in_chunk ? 1 : 0;
      in_chunk = changed;
      sizes.resize(static_cast<std::size_t>(chunk) + 1);
      sizes.back().first += line.kind == LineKind::removed ? 1 : 0;
      sizes.back().second += line.kind == LineKind::added ? 1 : 0;
      const int here = side == Side::base ? line.old_line : line.new_line;
      const int there = side == Side::base ? line.new_line : line.old_line;
      if (here == 0) {
        continue;
      }
      if (changed) {
        lines.changed.push_back(
            {here, line.diff_line, static_cast<int>(h), chunk, false, line.text});
      } else {
        lines.other[here] = there;
      }
    }
    // git's start is the line before where a side has no lines.
    const int start = side == Side::base ? hunk.old_start : hunk.new_start;
    const int count = side == Side::base ? hunk.old_lines : hunk.new_lines;
    const int other_start = side == Side::base ? hunk.new_start : hunk.old_start;
    const int other_count = side == Side::base ? hunk.new_lines : hunk.old_lines;
    const int end = count == 0 ? start + 1 : start + count;
    const int other_end = other_count == 0 ? other_start + 1 : other_start + other_count;
    lines.shifts.emplace_back(end, other_end - end);
    for (int line = std::max(1, start - 3); large && line < end + k_lines_behind; ++line) {
      lines.of_interest.insert(lines.of_interest.end(), line);
    }
  }
  for (ChangedLine& line : lines.changed) {
    line.line_for_line = sizes[static_cast<std::size_t>(line.chunk)] == std::make_pair(1, 1);
  }
  return lines;
}

} // namespace leadline
