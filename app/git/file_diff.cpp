#include "app/git/file_diff.hpp"

#include "app/git/objects.hpp"
#include "app/git/similarity.hpp"

#include <algorithm>

#include <fmt/format.h>
#include <git2.h>

namespace leadline::git {
namespace {

constexpr std::uint32_t k_type_bits = 0170000;

// Collects what libgit2 reports of one file. No exception may cross its C code; nothing here throws
// but std::bad_alloc, which is caught and rethrown after the call.
struct Collector {
  FileChange& file;
  int diff_line = 0; // last line given out
  int max_diff_line = 0;
  bool too_long = false;
  std::exception_ptr problem;

  template <typename Step>
  int guarded(Step step) noexcept {
    try {
      return step();
    } catch (...) {
      problem = std::current_exception();
      return -1;
    }
  }
};

int on_hunk(const git_diff_delta*, const git_diff_hunk* found, void* payload) {
  auto& collector = *static_cast<Collector*>(payload);
  return collector.guarded([&] {
    Hunk hunk;
    hunk.old_start = found->old_start;
    hunk.old_lines = found->old_lines;
    hunk.new_start = found->new_start;
    hunk.new_lines = found->new_lines;
    if (collector.file.hunks.empty()) {
      collector.diff_line += 2; // "---" and "+++"
    }
    hunk.diff_line = ++collector.diff_line;
    std::string_view header(found->header, found->header_len);
    const std::size_t end = header.find(" @@ ");
    if (end != std::string_view::npos) {
      hunk.section = header.substr(end + 4);
      // libgit2 cuts at 80 bytes after it dropped blanks at the end, git before.
      while (!hunk.section.empty() &&
             std::string_view(" \t\r\n").find(hunk.section.back()) != std::string_view::npos) {
        hunk.section.pop_back();
      }
    }
    collector.file.hunks.push_back(std::move(hunk));
    return 0;
  });
}

int on_line(const git_diff_delta*, const git_diff_hunk*, const git_diff_line* found,
            void* payload) {
  auto& collector = *static_cast<Collector*>(payload);
  return collector.guarded([&] {
    if (++collector.diff_line > collector.max_diff_line) {
      collector.too_long = true;
      return -1;
    }
    std::vector<DiffLine>& lines = collector.file.hunks.back().lines;
    if (found->origin == GIT_DIFF_LINE_CONTEXT_EOFNL || found->origin == GIT_DIFF_LINE_ADD_EOFNL ||
        found->origin == GIT_DIFF_LINE_DEL_EOFNL) {
      lines.back().no_newline = true;
      return 0;
    }
    DiffLine& line = lines.emplace_back();
    line.kind = found->origin == GIT_DIFF_LINE_ADDITION   ? LineKind::added
                : found->origin == GIT_DIFF_LINE_DELETION ? LineKind::removed
                                                          : LineKind::context;
    line.old_line = std::max(found->old_lineno, 0);
    line.new_line = std::max(found->new_lineno, 0);
    line.diff_line = collector.diff_line;
    line.text.assign(found->content, found->content_len);
    if (!line.text.empty() && line.text.back() == '\n') {
      line.text.pop_back();
    }
    return 0;
  });
}

// The lines before the content: "diff --git", modes, rename, index (git-diff(1), "generating patch
// text").
int header_lines(const TreeChange& change) {
  int lines = 1;
  if (change.old_mode == 0 || change.new_mode == 0) {
    ++lines;
  } else if (change.old_mode != change.new_mode) {
    lines += 2;
  }
  lines += change.status == FileStatus::renamed ? 3 : 0;
  lines += change.old_id != change.new_id ? 1 : 0;
  return lines;
}

std::size_t line_count(std::string_view bytes) {
  return static_cast<std::size_t>(std::count(bytes.begin(), bytes.end(), '\n')) + 1;
}

} // namespace

FileDiffer::FileDiffer(git_repository* repository, const Attributes& attributes,
                       const DiffLimits& limits, ChangeSet& changes)
    : m_repository(repository), m_attributes(attributes), m_limits(limits), m_changes(changes) {}

void FileDiffer::append(const TreeChange& change) {
  if (change.old_mode != 0 && change.new_mode != 0 &&
      (change.old_mode & k_type_bits) != (change.new_mode & k_type_bits)) {
    TreeChange removed = change;
    removed.status = FileStatus::removed;
    removed.new_mode = 0;
    removed.new_id.clear();
    TreeChange added = change;
    added.status = FileStatus::added;
    added.old_mode = 0;
    added.old_id.clear();
    append_entry(removed);
    append_entry(added);
  } else {
    append_entry(change);
  }
}

void FileDiffer::append_entry(const TreeChange& change) {
  FileChange file;
  file.status = change.status;
  file.old_path = change.old_path;
  file.new_path = change.new_path;
  file.old_mode = change.old_mode;
  file.new_mode = change.new_mode;
  file.old_id = change.old_id;
  file.new_id = change.new_id;
  file.similarity = static_cast<int>(static_cast<std::int64_t>(change.score) * 100 / k_max_score);
  file.diff_line = m_changes.diff_lines + 1;
  Collector collector{
      file, m_changes.diff_lines + header_lines(change), m_limits.max_diff_lines, false, {}};

  const auto skip = [&](const std::string& why) {
    m_changes.skipped.push_back({file.path(), why});
  };
  if (change.old_id != change.new_id) {
    const Content old_content = load_content(
        m_repository, change.old_id, change.old_mode == k_mode_submodule, m_limits.max_file_bytes);
    const Content new_content = load_content(
        m_repository, change.new_id, change.new_mode == k_mode_submodule, m_limits.max_file_bytes);
    if (old_content.problem != Content::Problem::none ||
        new_content.problem != Content::Problem::none) {
      skip(old_content.problem == Content::Problem::none ? new_content.why : old_content.why);
      return;
    }
    const auto is_text = [&](const Content& content, const std::string& path, std::uint32_t mode) {
      const std::optional<bool> forced = mode == k_mode_file || mode == k_mode_executable
                                             ? m_attributes.diff_as_text(path)
                                             : std::nullopt;
      return mode == 0 || forced.value_or(!content.binary());
    };
    if (!is_text(old_content, change.old_path, change.old_mode) ||
        !is_text(new_content, change.new_path, change.new_mode)) {
      file.binary = true;
      ++collector.diff_line;
    } else {
      if (line_count(old_content.bytes()) > m_limits.max_file_lines ||
          line_count(new_content.bytes()) > m_limits.max_file_lines) {
        skip(fmt::format("file has more than {} lines", m_limits.max_file_lines));
        return;
      }
      git_diff_options options = GIT_DIFF_OPTIONS_INIT;
      options.flags = GIT_DIFF_FORCE_TEXT | GIT_DIFF_INDENT_HEURISTIC;
      options.context_lines = 3;
      options.interhunk_lines = 0;
      // Blobs where there are blobs: libgit2 hashes buffers.
      const bool blobs = old_content.text.empty() && new_content.text.empty();
      const int code =
          blobs ? git_diff_blobs(old_content.blob.get(), nullptr, new_content.blob.get(), nullptr,
                                 &options, nullptr, nullptr, on_hunk, on_line, &collector)
                : git_diff_buffers(old_content.bytes().data(), old_content.bytes().size(), nullptr,
                                   new_content.bytes().data(), new_content.bytes().size(), nullptr,
                                   &options, nullptr, nullptr, on_hunk, on_line, &collector);
      if (collector.problem) {
        std::rethrow_exception(collector.problem);
      }
      if (collector.too_long) {
        skip(fmt::format("the diff text has more than {} lines here", m_limits.max_diff_lines));
        return;
      }
      if (code < 0) {
        skip(git_error(ErrorKind::unavailable, "comparing", file.path()).what());
        return;
      }
    }
  }
  m_changes.diff_lines = collector.diff_line;
  m_changes.files.push_back(std::move(file));
}

} // namespace leadline::git
