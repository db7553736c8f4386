#pragma once

#include "analyzers/report.hpp"

#include <vector>

namespace leadline {

// The changed lines of a chunk, in order; they live in the change set. Both empty for a whole file.
struct ChunkLines {
  std::vector<const DiffLine*> removed;
  std::vector<const DiffLine*> added;
};

// One row for each of `chunks`, which are in diff order. Linear in the diff. Throws
// Error(bad_input) naming the chunk or the file when the chunks are no partition of the changed
// lines.
std::vector<ChunkLines> lines_of_chunks(const ChangeSet& changes, const std::vector<Chunk>& chunks);

} // namespace leadline
