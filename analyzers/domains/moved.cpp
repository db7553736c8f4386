#include "analyzers/domains/chunks.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_set>

namespace leadline {
namespace {

// As many lines and letters as make a coincidence unlikely (git-diff(1), --color-moved, asks for 20
// letters).
constexpr int k_lines = 3;
constexpr std::size_t k_letters = 40;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

struct Tally {
  int lines = 0;
  std::size_t letters = 0;
  bool all = true;
};

using Texts = std::unordered_set<std::string_view>;

void count(Tally& tally, std::string_view line, const Texts& other_side) {
  const std::string_view text = trim(line);
  if (text.empty()) {
    return;
  }
  ++tally.lines;
  tally.letters += static_cast<std::size_t>(std::count_if(text.begin(), text.end(), is_letter));
  tally.all = tally.all && other_side.count(text) > 0;
}

} // namespace

void mark_moved(const ChangeSet& changes, std::vector<Chunk>& chunks) {
  Texts removed;
  Texts added;
  for (const FileChange& file : changes.files) {
    for (const Hunk& hunk : file.hunks) {
      for (const DiffLine& line : hunk.lines) {
        if (line.kind != LineKind::context) {
          (line.kind == LineKind::removed ? removed : added).insert(trim(line.text));
        }
      }
    }
  }
  // Chunks of a hunk are in order on both sides: one pass over its lines with a place on each side.
  for (std::size_t first = 0; first < chunks.size();) {
    std::size_t end = first + 1;
    while (end < chunks.size() && chunks[end].file == chunks[first].file &&
           chunks[end].hunk == chunks[first].hunk) {
      ++end;
    }
    if (!chunks[first].whole_file()) {
      std::vector<Tally> tallies(end - first);
      std::size_t at_old = first;
      std::size_t at_new = first;
      for (const DiffLine& line : changes.files[chunks[first].file]
                                      .hunks[static_cast<std::size_t>(chunks[first].hunk)]
                                      .lines) {
        if (line.kind == LineKind::removed) {
          while (at_old + 1 < end &&
                 line.old_line >= chunks[at_old].old_start + chunks[at_old].old_lines) {
            ++at_old;
          }
          count(tallies[at_old - first], line.text, added);
        } else if (line.kind == LineKind::added) {
          while (at_new + 1 < end &&
                 line.new_line >= chunks[at_new].new_start + chunks[at_new].new_lines) {
            ++at_new;
          }
          count(tallies[at_new - first], line.text, removed);
        }
      }
      for (std::size_t i = first; i < end; ++i) {
        const Tally& tally = tallies[i - first];
        // A chunk with both sides replaces text; only one that comes or goes can be a move.
        const bool one_sided = (chunks[i].old_lines > 0) != (chunks[i].new_lines > 0);
        if (one_sided && !chunks[i].noise && tally.all && tally.lines >= k_lines &&
            tally.letters >= k_letters) {
          chunks[i].noise = true;
          chunks[i].evidence.insert(chunks[i].evidence.begin(),
                                    "moved: the same lines stand elsewhere in the diff");
        }
      }
    }
    first = end;
  }
}

} // namespace leadline
