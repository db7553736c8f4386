#pragma once

#include "analyzers/diff/change_set.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// What .gitattributes of the merge base says of a path
// (https://docs.github.com/repositories/working-with-files/managing-files/customizing-how-changed-files-appear-on-github).
struct PathMarks {
  std::optional<bool> generated; // linguist-generated
  std::optional<bool> vendored;  // linguist-vendored

  bool operator==(const PathMarks&) const = default;
};

// The files of the two sides, for the analysis. Implemented on libgit2 by app/git, on a map by the
// tests. Deterministic: the same question always has the same answer. Used by one thread at a time.
class FileSource {
public:
  virtual ~FileSource() = default;

  // The bytes of `path` on that side; nullopt when it is absent there, is no regular file, or only
  // a diff text is known. Throws Error when it exists and cannot be read.
  virtual std::optional<std::string> read(Side side, const std::string& path) const = 0;

  // Marks from the merge base only: an author must not hide a file in the same pull request.
  virtual PathMarks marks(const std::string& path) const = 0;

  // Names of the files (not folders) beside `path` in its folder on that side, sorted; for
  // relations with unchanged files. Empty where unknown.
  virtual std::vector<std::string> siblings(Side side, const std::string& path) const = 0;

  // Names of the folders beside the one that holds `path`, without that one, sorted: of
  // "deploy/app/values.yaml" those in "deploy" but for "app". Empty for a file at the root, and
  // where unknown.
  virtual std::vector<std::string> folders_beside(Side, const std::string& /*path*/) const {
    return {};
  }

  // Names of what stands in `folder` ("" the top, else "a/b") on that side, those of folders with a
  // '/' at the end, sorted. Empty where unknown. Throws Error when it is there and cannot be read.
  virtual std::vector<std::string> entries(Side, const std::string& /*folder*/) const { return {}; }
};

// Knows nothing beyond the diff: every read is nullopt.
class NoFiles final : public FileSource {
public:
  std::optional<std::string> read(Side, const std::string&) const override { return std::nullopt; }
  PathMarks marks(const std::string&) const override { return {}; }
  std::vector<std::string> siblings(Side, const std::string&) const override { return {}; }
};

} // namespace leadline
