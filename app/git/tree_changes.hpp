#pragma once

#include "analyzers/diff/change_set.hpp"
#include "app/git/libgit2.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace leadline::git {

// A path whose entry differs between two trees; a rename or copy has two paths.
struct TreeChange {
  std::string old_path;
  std::string new_path;
  std::uint32_t old_mode = 0; // 0: absent on that side
  std::uint32_t new_mode = 0;
  std::string old_id; // hexadecimal, empty when absent
  std::string new_id;
  FileStatus status = FileStatus::modified;
  int score = 0; // of a rename, of k_max_score

  bool operator==(const TreeChange&) const = default;
};

// What differs below two trees (null: empty), in git's order. A folder that cannot be read is named
// in `skipped`, as is the rest beyond `max_changes`: a few small trees can name billions of files.
std::vector<TreeChange> tree_changes(git_repository* repository, const git_tree* old_tree,
                                     const git_tree* new_tree, std::size_t max_changes,
                                     std::vector<Skipped>& skipped);

} // namespace leadline::git
