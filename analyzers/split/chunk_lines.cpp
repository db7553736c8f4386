#include "analyzers/split/chunk_lines.hpp"

#include "base/error.hpp"

#include <fmt/format.h>

#include <cstddef>

namespace leadline {
namespace {

// Hands the lines of one run of changed lines to the chunks from `next` on; returns the chunk after
// them.
std::size_t hand_out(const std::vector<Chunk>& chunks, std::size_t next, std::size_t file, int hunk,
                     const std::string& path, const ChunkLines& run,
                     std::vector<ChunkLines>& rows) {
  std::size_t gone = 0;
  std::size_t come = 0;
  while (gone < run.removed.size() || come < run.added.size()) {
    if (next == chunks.size() || chunks[next].file != file || chunks[next].hunk != hunk) {
      throw Error(ErrorKind::bad_input,
                  fmt::format("{}: a changed line of hunk {} is in no chunk", path, hunk + 1));
    }
    const auto old_lines = static_cast<std::size_t>(chunks[next].old_lines);
    const auto new_lines = static_cast<std::size_t>(chunks[next].new_lines);
    if (old_lines + new_lines == 0 || old_lines > run.removed.size() - gone ||
        new_lines > run.added.size() - come) {
      throw Error(ErrorKind::bad_input,
                  fmt::format("chunk {} does not fit its hunk", chunks[next].id));
    }
    for (std::size_t i = 0; i < old_lines; ++i) {
      rows[next].removed.push_back(run.removed[gone++]);
    }
    for (std::size_t i = 0; i < new_lines; ++i) {
      rows[next].added.push_back(run.added[come++]);
    }
    ++next;
  }
  return next;
}

} // namespace

std::vector<ChunkLines> lines_of_chunks(const ChangeSet& changes,
                                        const std::vector<Chunk>& chunks) {
  std::vector<ChunkLines> rows(chunks.size());
  std::size_t next = 0;
  for (std::size_t file = 0; file < changes.files.size(); ++file) {
    const FileChange& change = changes.files[file];
    while (next < chunks.size() && chunks[next].file == file && chunks[next].whole_file()) {
      ++next;
    }
    for (std::size_t hunk = 0; hunk < change.hunks.size(); ++hunk) {
      ChunkLines run;
      const auto end_run = [&] {
        next = hand_out(chunks, next, file, static_cast<int>(hunk), change.path(), run, rows);
        run = {};
      };
      for (const DiffLine& line : change.hunks[hunk].lines) {
        if (line.kind == LineKind::context) {
          end_run();
        } else {
          (line.kind == LineKind::removed ? run.removed : run.added).push_back(&line);
        }
      }
      end_run();
    }
  }
  if (next != chunks.size()) {
    throw Error(ErrorKind::bad_input,
                fmt::format("chunk {} is about no changed line", chunks[next].id));
  }
  return rows;
}

} // namespace leadline
