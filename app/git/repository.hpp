#pragma once

#include "analyzers/diff/change_set.hpp"
#include "analyzers/file_source.hpp"
#include "analyzers/report.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace leadline {

// Diffs beyond these are skipped and named, so that a hostile repository cannot eat the machine.
struct DiffLimits {
  std::size_t max_file_bytes = 64UL * 1024 * 1024;
  std::size_t max_file_lines = 4'000'000; // comparing costs some 100 bytes of memory a line
  std::size_t max_files = 100'000;
  int max_diff_lines = 2'000'000;
};

class PatchSeries;

// A git repository on disk, work tree or bare, read with libgit2. Belongs to one thread at a time.
class GitRepository {
public:
  // `path` is taken as `git -C` takes it: a bare repository, a checkout or a folder in one.
  // Throws Error(bad_input) naming `path` when it is no repository.
  static std::unique_ptr<GitRepository> open(const std::string& path,
                                             const DiffLimits& limits = {});
  virtual ~GitRepository() = default;

  // RANGE as git writes it: "A...B" from the merge base, "A..B", one commit against its first
  // parent (the root commit against the empty tree). Throws Error(bad_input) naming the revision
  // that is unknown or the pair that has no merge base.
  virtual Range resolve(const std::string& range) const = 0;

  // What `git diff --find-renames` prints between merge_base and head: same order, same hunks, same
  // diff lines. Files whose objects are missing or too large are in ChangeSet::skipped.
  virtual ChangeSet change_set(const Range& range) const = 0;

  // Reads both sides of `range`; lives no longer than this repository.
  virtual std::unique_ptr<FileSource> files(const Range& range) const = 0;

  // Bytes of a file in a commit's tree; nullopt when absent. Throws Error(not_found) when the
  // commit is.
  virtual std::optional<std::string> read(const std::string& commit,
                                          const std::string& path) const = 0;

  virtual std::string path() const = 0;

  // Applies patches to the base of `range` in memory, for the proof of a split plan.
  virtual std::unique_ptr<PatchSeries> patches(const Range& range) const;
};

} // namespace leadline
