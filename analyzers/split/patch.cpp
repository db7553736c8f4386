#include "analyzers/split/patch.hpp"

#include "analyzers/split/chunk_lines.hpp"
#include "base/error.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>

namespace leadline {
namespace {

constexpr int k_context_lines = 3;

// A stretch of a hunk: one context line, or the lines of one chunk.
struct Segment {
  int rank = -1; // of the chunk's group; -1 for a context line
  const ChunkLines* lines = nullptr;
  const DiffLine* context = nullptr;
};

// A chunk of the file at hand.
struct Part {
  const Chunk* chunk;
  const ChunkLines* lines;
  int rank;
};

struct PatchLine {
  char mark;
  const DiffLine* line;
};

std::string quoted(const std::string& path) {
  std::string text = "\"";
  bool needed = false;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      text += '\\';
      text += c;
      needed = true;
    } else if (byte < 0x20 || byte >= 0x7F) {
      text += fmt::format("\\{:03o}", byte);
      needed = true;
    } else {
      text += c;
    }
  }
  return needed ? text + '"' : path;
}

// What git writes for the side on which there is no file.
std::string id_or_nothing(const std::string& id) { return id.empty() ? std::string(40, '0') : id; }

// For "---" and "+++" lines: git ends a name with spaces by a tab.
std::string file_line(const std::string& prefixed) {
  const std::string name = quoted(prefixed);
  return name == prefixed && name.find(' ') != std::string::npos ? name + '\t' : name;
}

// The chunks of one file and what is needed to write it at any step.
class FilePatcher {
public:
  FilePatcher(const FileChange& file, std::vector<Part> parts)
      : m_file(file), m_parts(std::move(parts)) {
    auto next = m_parts.begin();
    for (; next != m_parts.end() && next->chunk->whole_file(); ++next) {
      m_file_rank = next->rank;
    }
    for (const Hunk& hunk : m_file.hunks) {
      m_hunks.push_back(segments(hunk, next));
    }
  }

  // What group `rank`, which has a chunk of this file, changes about it.
  std::string patch(int rank, const BinaryPatch& binary_patch) const {
    if (m_file.binary) {
      const std::string entry = binary_patch(m_file);
      if (entry.empty()) {
        throw Error(ErrorKind::bad_input, fmt::format("no binary patch for \"{}\"", m_file.path()));
      }
      return entry;
    }
    const std::string hunks = hunk_text(rank);
    return header(rank, !hunks.empty()) + hunks;
  }

private:
  bool came() const { return m_file.status == FileStatus::added; }
  bool went() const { return m_file.status == FileStatus::removed; }

  // In a run of changed lines the diff has all removed before all added ones; here they go chunk by
  // chunk.
  static std::vector<Segment> segments(const Hunk& hunk, std::vector<Part>::iterator& next) {
    std::vector<Segment> found;
    for (std::size_t at = 0; at < hunk.lines.size();) {
      if (hunk.lines[at].kind == LineKind::context) {
        found.push_back({-1, nullptr, &hunk.lines[at++]});
        continue;
      }
      found.push_back({next->rank, next->lines, nullptr});
      at += next->lines->removed.size() + next->lines->added.size();
      ++next;
    }
    return found;
  }

  // Lines of one hunk as they stand between the states before and after `rank`.
  static std::vector<PatchLine> lines_at(const std::vector<Segment>& segments, int rank) {
    std::vector<PatchLine> lines;
    for (const Segment& segment : segments) {
      if (segment.context != nullptr) {
        lines.push_back({' ', segment.context});
        continue;
      }
      if (segment.rank >= rank) {
        for (const DiffLine* line : segment.lines->removed) {
          lines.push_back({segment.rank == rank ? '-' : ' ', line});
        }
      }
      if (segment.rank <= rank) {
        for (const DiffLine* line : segment.lines->added) {
          lines.push_back({segment.rank == rank ? '+' : ' ', line});
        }
      }
    }
    return lines;
  }

  std::string hunk_text(int rank) const {
    std::string text;
    int before = 0; // lines by which the state before `rank` is longer than the base, up to here
    int after = 0;
    for (std::size_t i = 0; i < m_hunks.size(); ++i) {
      const Hunk& hunk = m_file.hunks[i];
      // The base's first line of the hunk, 1-based, also where the hunk has no lines there.
      const int first = hunk.old_lines == 0 ? hunk.old_start + 1 : hunk.old_start;
      text += sub_hunks(lines_at(m_hunks[i], rank), first + before, first + after);
      for (const Segment& segment : m_hunks[i]) {
        if (segment.context == nullptr) {
          const int grows = static_cast<int>(segment.lines->added.size()) -
                            static_cast<int>(segment.lines->removed.size());
          before += segment.rank < rank ? grows : 0;
          after += segment.rank <= rank ? grows : 0;
        }
      }
    }
    return text;
  }

  // Cuts the lines into hunks with three context lines; `old_first` and `new_first` number the
  // first line.
  static std::string sub_hunks(const std::vector<PatchLine>& lines, int old_first, int new_first) {
    std::string text;
    const int size = static_cast<int>(lines.size());
    const auto changed = [&](int i) { return lines[static_cast<std::size_t>(i)].mark != ' '; };
    int old_line = old_first;
    int new_line = new_first;
    int counted = 0; // lines before this index are counted in old_line and new_line
    for (int i = 0; i < size;) {
      if (!changed(i)) {
        ++i;
        continue;
      }
      const int begin = std::max(counted, i - k_context_lines);
      int last = i;
      for (int j = i; j < size && j <= last + 2 * k_context_lines + 1; ++j) {
        last = changed(j) ? j : last;
      }
      const int end = std::min(size, last + k_context_lines + 1);
      old_line += begin - counted;
      new_line += begin - counted;
      std::string body;
      int old_count = 0;
      int new_count = 0;
      for (int j = begin; j < end; ++j) {
        const PatchLine& line = lines[static_cast<std::size_t>(j)];
        old_count += line.mark != '+' ? 1 : 0;
        new_count += line.mark != '-' ? 1 : 0;
        body += line.mark;
        body += line.line->text;
        body += line.line->no_newline ? "\n\\ No newline at end of file\n" : "\n";
      }
      // A side without lines names the line before (POSIX diff, unified format).
      text += fmt::format("@@ -{},{} +{},{} @@\n", old_count == 0 ? old_line - 1 : old_line,
                          old_count, new_count == 0 ? new_line - 1 : new_line, new_count);
      text += body;
      old_line += old_count;
      new_line += new_count;
      counted = end;
      i = end;
    }
    return text;
  }

  std::string header(int rank, bool has_hunks) const {
    const bool whole = m_file_rank == rank;
    const bool renames =
        m_file.status == FileStatus::renamed || m_file.status == FileStatus::copied;
    const bool moved_already = !renames || !m_file_rank || rank >= *m_file_rank;
    const std::string old_path = renames && whole ? m_file.old_path
                                 : moved_already  ? m_file.new_path
                                                  : m_file.old_path;
    const std::string new_path = moved_already ? m_file.new_path : m_file.old_path;
    std::string text =
        fmt::format("diff --git {} {}\n", quoted("a/" + old_path), quoted("b/" + new_path));
    if (came()) {
      text += fmt::format("new file mode {:06o}\n", m_file.new_mode);
    } else if (went()) {
      text += fmt::format("deleted file mode {:06o}\n", m_file.old_mode);
    } else if (whole && m_file.mode_changed()) {
      text += fmt::format("old mode {:06o}\nnew mode {:06o}\n", m_file.old_mode, m_file.new_mode);
    }
    if (whole && renames) {
      const std::string_view verb = m_file.status == FileStatus::renamed ? "rename" : "copy";
      text += fmt::format("similarity index {}%\n{} from {}\n{} to {}\n", m_file.similarity, verb,
                          quoted(m_file.old_path), verb, quoted(m_file.new_path));
    }
    if ((came() || went()) && !(m_file.old_id.empty() && m_file.new_id.empty())) {
      // Empty files are told by their ids, and submodules too.
      text +=
          fmt::format("index {}..{}\n", id_or_nothing(m_file.old_id), id_or_nothing(m_file.new_id));
    } else if (m_file.new_mode == k_mode_submodule) {
      text += fmt::format("index {}..{} {:06o}\n", m_file.old_id, m_file.new_id, m_file.new_mode);
    }
    if (has_hunks) {
      text += fmt::format("--- {}\n", came() ? "/dev/null" : file_line("a/" + old_path));
      text += fmt::format("+++ {}\n", went() ? "/dev/null" : file_line("b/" + new_path));
    }
    return text;
  }

  const FileChange& m_file;
  std::vector<Part> m_parts; // in diff order
  std::vector<std::vector<Segment>> m_hunks;
  std::optional<int> m_file_rank; // of the chunk that changes the file as a whole
};

std::map<std::string, int, std::less<>> ranks_of(const std::vector<Chunk>& chunks,
                                                 const SplitPlan& plan) {
  std::map<std::string, int, std::less<>> ranks;
  for (std::size_t rank = 0; rank < plan.groups.size(); ++rank) {
    for (const std::string& id : plan.groups[rank].chunks) {
      if (!ranks.emplace(id, static_cast<int>(rank)).second) {
        throw Error(ErrorKind::bad_input, fmt::format("chunk {} is in two groups", id));
      }
    }
  }
  for (const Chunk& chunk : chunks) {
    if (ranks.find(chunk.id) == ranks.end()) {
      throw Error(ErrorKind::bad_input, fmt::format("chunk {} is in no group", chunk.id));
    }
  }
  if (ranks.size() != chunks.size()) {
    throw Error(ErrorKind::bad_input, "a group names a chunk that does not exist");
  }
  return ranks;
}

} // namespace

std::vector<std::string> group_patches(const ChangeSet& changes, const std::vector<Chunk>& chunks,
                                       const SplitPlan& plan, const BinaryPatch& binary_patch) {
  const auto ranks = ranks_of(chunks, plan);
  const std::vector<ChunkLines> lines = lines_of_chunks(changes, chunks);
  std::vector<std::vector<Part>> by_file(changes.files.size());
  for (std::size_t i = 0; i < chunks.size(); ++i) {
    by_file.at(chunks[i].file).push_back({&chunks[i], &lines[i], ranks.at(chunks[i].id)});
  }
  std::vector<std::string> patches(plan.groups.size());
  for (std::size_t file = 0; file < changes.files.size(); ++file) {
    std::set<int> touched;
    for (const Part& part : by_file[file]) {
      touched.insert(part.rank);
    }
    const FilePatcher patcher(changes.files[file], std::move(by_file[file]));
    for (const int rank : touched) {
      patches[static_cast<std::size_t>(rank)] += patcher.patch(rank, binary_patch);
    }
  }
  return patches;
}

} // namespace leadline
