#include "analyzers/domains/chunks.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace leadline {

std::vector<ReportHunk> number_chunks(const ChangeSet& changes, std::vector<Chunk>& chunks) {
  std::vector<ReportHunk> hunks;
  std::size_t next = 0;
  for (std::size_t f = 0; f < changes.files.size(); ++f) {
    const FileChange& file = changes.files[f];
    for (int h = -1; h < static_cast<int>(file.hunks.size()); ++h) {
      ReportHunk hunk;
      if (h >= 0) {
        const Hunk& from = file.hunks[static_cast<std::size_t>(h)];
        hunk = {fmt::format("h{}", hunks.size() + 1),
                file.path(),
                file.old_path,
                from.old_start,
                from.old_lines,
                from.new_start,
                from.new_lines,
                from.diff_line,
                {},
                {}};
      }
      for (; next < chunks.size() && chunks[next].file == f && chunks[next].hunk == h; ++next) {
        chunks[next].id = fmt::format("c{}", next + 1);
        hunk.chunks.push_back(chunks[next].id);
        if (std::find(hunk.domains.begin(), hunk.domains.end(), chunks[next].domain) ==
            hunk.domains.end()) {
          hunk.domains.push_back(chunks[next].domain);
        }
      }
      if (h >= 0) {
        hunks.push_back(std::move(hunk));
      }
    }
  }
  return hunks;
}

} // namespace leadline
