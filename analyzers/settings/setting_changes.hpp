#pragma once

#include "analyzers/diff/change_set.hpp"
#include "analyzers/settings/extract.hpp"

#include <cstddef>
#include <optional>

namespace leadline {

enum class ChangeKind { modified, added, removed };

// A setting that differs between the two versions of a file. A moved, re-indented or re-quoted
// setting with an equal value is none; one that was commented out is removed. Settings on unchanged
// lines whose parent got another name (limits: -> requests:, a section header) are removed and
// added, on the line of that name; where a path stands once in both versions it is the same setting
// wherever it stands, so that values exchanged between two blocks are modified. A value and the
// parts inside it (is_part_of in embedded.hpp) are both told.
struct SettingChange {
  ChangeKind change = ChangeKind::modified;
  std::size_t file = 0;               // index in ChangeSet::files
  std::optional<Setting> old_setting; // absent when added
  std::optional<Setting> new_setting; // absent when removed
  // Its '+' line, of a removed one its '-' line; the first that changed when it has many. Where a
  // modified one stands on an unchanged line of the head: the '-' line of its old value, else the
  // nearest changed line that names its block.
  int diff_line = 0;

  const Setting& any() const { return new_setting ? *new_setting : *old_setting; }
};

// The two versions of one file. When only a diff is known, `text` is made of the hunks' lines alone
// and `line_numbers` says where each stood.
struct FileVersion {
  std::string text;
  std::vector<int> line_numbers; // empty: line i of text is line i of the file

  // The lines of `side` that the hunks show.
  static FileVersion from_hunks(const FileChange& file, Side side);
};

// What is known of a file's settings.
struct ComparedFile {
  std::vector<SettingChange> changes;
  std::string unread; // why a part of a version was not read; empty when all was
};

// As setting_changes.
ComparedFile compare_settings(const FileChange& file, std::size_t file_index,
                              const std::optional<FileVersion>& old_version,
                              const std::optional<FileVersion>& new_version);

// The settings that `file` changes, by diff line. Pure; depends on nothing but its arguments.
// `file_index` is copied into each change.
std::vector<SettingChange> setting_changes(const FileChange& file, std::size_t file_index,
                                           const std::optional<FileVersion>& old_version,
                                           const std::optional<FileVersion>& new_version);

} // namespace leadline
