#include "tests/support/text_diff.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <vector>

namespace leadline {

FileChange text_diff(const std::string& path, std::string_view before, std::string_view after,
                     int context) {
  const auto olds = split_lines(before);
  const auto news = split_lines(after);
  const std::size_t rows = olds.size(), columns = news.size();
  std::vector<std::vector<int>> best(rows + 1, std::vector<int>(columns + 1));
  for (std::size_t r = rows; r-- > 0;) {
    for (std::size_t c = columns; c-- > 0;) {
      best[r][c] =
          olds[r] == news[c] ? best[r + 1][c + 1] + 1 : std::max(best[r + 1][c], best[r][c + 1]);
    }
  }
  std::vector<DiffLine> all;
  std::size_t r = 0, c = 0;
  while (r < rows || c < columns) {
    DiffLine line;
    if (r < rows && c < columns && olds[r] == news[c]) {
      line = {LineKind::context,   static_cast<int>(r + 1), static_cast<int>(c + 1), 0, false,
              std::string(olds[r])};
      ++r, ++c;
    } else if (r < rows && (c == columns || best[r + 1][c] >= best[r][c + 1])) {
      line = {LineKind::removed, static_cast<int>(r + 1), 0, 0, false, std::string(olds[r])};
      ++r;
    } else {
      line = {LineKind::added, 0, static_cast<int>(c + 1), 0, false, std::string(news[c])};
      ++c;
    }
    all.push_back(line);
  }
  FileChange file;
  file.old_path = file.new_path = path;
  file.diff_line = 1;
  int diff_line = 4;
  const auto near = [&](std::size_t i) {
    const auto reach = static_cast<std::size_t>(context);
    const std::size_t first = i > reach ? i - reach : 0;
    for (std::size_t k = first; k < std::min(all.size(), i + reach + 1); ++k) {
      if (all[k].kind != LineKind::context) {
        return true;
      }
    }
    return false;
  };
  bool open = false;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!near(i)) {
      open = false;
      continue;
    }
    if (!open) {
      file.hunks.emplace_back();
      file.hunks.back().diff_line = ++diff_line;
      open = true;
    }
    Hunk& hunk = file.hunks.back();
    all[i].diff_line = ++diff_line;
    hunk.lines.push_back(all[i]);
    hunk.old_start = hunk.old_start == 0 ? all[i].old_line : hunk.old_start;
    hunk.new_start = hunk.new_start == 0 ? all[i].new_line : hunk.new_start;
    hunk.old_lines += all[i].old_line != 0 ? 1 : 0;
    hunk.new_lines += all[i].new_line != 0 ? 1 : 0;
  }
  return file;
}

} // namespace leadline
