#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// Which version of a file: the merge base's (LEFT in GitHub's API) or the head's (RIGHT).
enum class Side { base, head };

enum class LineKind { context, added, removed };

// One line of a hunk. Lines are numbered from 1; 0 where the line is not on that side.
struct DiffLine {
  LineKind kind = LineKind::context;
  int old_line = 0;
  int new_line = 0;
  int diff_line = 0; // in the diff text, headers included: `git diff A...B | sed -n Np` shows it
  bool no_newline = false; // followed by "\ No newline at end of file"
  std::string text;        // without the mark in column 1 and without '\n'; a '\r' stays; any bytes

  bool operator==(const DiffLine&) const = default;
};

// git's hunk. Where a side has no lines its start is the line before, as git prints it.
struct Hunk {
  int old_start = 0;
  int old_lines = 0;
  int new_start = 0;
  int new_lines = 0;
  int diff_line = 0;   // of the "@@" line
  std::string section; // what git prints after the second "@@", without the space
  std::vector<DiffLine> lines;

  bool operator==(const Hunk&) const = default;
};

enum class FileStatus { modified, added, removed, renamed, copied };

// git's file modes, octal: 100644 file, 100755 executable, 120000 symbolic link, 160000 submodule.
constexpr std::uint32_t k_mode_file = 0100644;
constexpr std::uint32_t k_mode_executable = 0100755;
constexpr std::uint32_t k_mode_link = 0120000;
constexpr std::uint32_t k_mode_submodule = 0160000;

// One "diff --git" entry. A change of type (file to link) is two entries, removed and added, as in
// git.
struct FileChange {
  FileStatus status = FileStatus::modified;
  std::string old_path;       // equals new_path unless renamed or copied; set for added files too
  std::string new_path;       // set for removed files too
  std::uint32_t old_mode = 0; // 0 when the side is absent
  std::uint32_t new_mode = 0;
  std::string
      old_id; // object ids, hexadecimal, possibly abbreviated; empty when the text did not say
  std::string new_id;
  int similarity = 0; // per cent, for renamed and copied
  bool binary = false;
  int diff_line = 0; // of the "diff --git" line
  std::vector<Hunk> hunks;

  // The path people know it by: the head's, for a removed file the base's.
  const std::string& path() const { return status == FileStatus::removed ? old_path : new_path; }
  bool mode_changed() const { return old_mode != 0 && new_mode != 0 && old_mode != new_mode; }
  // Something besides its hunks changed: name, mode, binary content, or an empty file came or went.
  bool has_file_level_change() const;
  int additions() const;
  int deletions() const;

  bool operator==(const FileChange&) const = default;
};

// A file that could not be read or diffed; each one lowers the coverage.
struct Skipped {
  std::string path;
  std::string why;

  bool operator==(const Skipped&) const = default;
};

// What `git diff --find-renames BASE...HEAD` prints, as data, in the same order.
struct ChangeSet {
  std::string base; // commit ids, hexadecimal; empty when read from a text
  std::string head;
  std::string merge_base;
  int diff_lines = 0; // lines of the diff text
  std::vector<FileChange> files;
  std::vector<Skipped> skipped;

  bool operator==(const ChangeSet&) const = default;
};

} // namespace leadline
