#include "app/git/tree_changes.hpp"

#include <algorithm>
#include <cstring>

#include <fmt/format.h>
#include <git2.h>

namespace leadline::git {
namespace {

constexpr int k_max_depth = 1024;
// A tree may name one folder many times, and that folder another one: a few objects are billions of
// paths, with or without a file in them.
constexpr std::size_t k_folders_for_each_change = 10;

bool is_tree(const git_tree_entry* entry) {
  return git_tree_entry_filemode(entry) == GIT_FILEMODE_TREE;
}

// git's order of tree entries: bytes, a folder as if its name ended in '/'.
int compare(const git_tree_entry* left, const git_tree_entry* right) {
  const std::string_view left_name = git_tree_entry_name(left);
  const std::string_view right_name = git_tree_entry_name(right);
  const std::size_t common = std::min(left_name.size(), right_name.size());
  if (const int order = left_name.substr(0, common).compare(right_name.substr(0, common));
      order != 0) {
    return order;
  }
  const auto next = [&](std::string_view name, const git_tree_entry* entry) -> int {
    return name.size() > common ? static_cast<unsigned char>(name[common])
           : is_tree(entry)     ? '/'
                                : 0;
  };
  return next(left_name, left) - next(right_name, right);
}

class Walk {
public:
  Walk(git_repository* repository, std::size_t max_changes, std::vector<Skipped>& skipped)
      : m_repository(repository), m_max_changes(max_changes), m_skipped(skipped) {}

  void compare_trees(const git_tree* old_tree, const git_tree* new_tree, const std::string& folder,
                     int depth) {
    const std::size_t old_count = old_tree == nullptr ? 0 : git_tree_entrycount(old_tree);
    const std::size_t new_count = new_tree == nullptr ? 0 : git_tree_entrycount(new_tree);
    std::size_t old_at = 0;
    std::size_t new_at = 0;
    while ((old_at < old_count || new_at < new_count) && !full()) {
      const git_tree_entry* old_entry =
          old_at < old_count ? git_tree_entry_byindex(old_tree, old_at) : nullptr;
      const git_tree_entry* new_entry =
          new_at < new_count ? git_tree_entry_byindex(new_tree, new_at) : nullptr;
      const int order = old_entry == nullptr   ? 1
                        : new_entry == nullptr ? -1
                                               : compare(old_entry, new_entry);
      old_at += order <= 0 ? 1 : 0;
      new_at += order >= 0 ? 1 : 0;
      compare_entries(order <= 0 ? old_entry : nullptr, order >= 0 ? new_entry : nullptr, folder,
                      depth);
    }
  }

  std::vector<TreeChange> take() { return std::move(m_changes); }

private:
  bool full() const { return m_full; }

  // One name on one or both sides; null: absent.
  void compare_entries(const git_tree_entry* old_entry, const git_tree_entry* new_entry,
                       const std::string& folder, int depth) {
    const git_tree_entry* any = old_entry != nullptr ? old_entry : new_entry;
    if (old_entry != nullptr && new_entry != nullptr &&
        git_tree_entry_filemode(old_entry) == git_tree_entry_filemode(new_entry) &&
        git_oid_equal(git_tree_entry_id(old_entry), git_tree_entry_id(new_entry)) != 0) {
      return;
    }
    const std::string path = folder + git_tree_entry_name(any);
    if (is_tree(any)) {
      compare_folders(old_entry, new_entry, path, depth);
      return;
    }
    if (m_changes.size() == m_max_changes) {
      m_full = true;
      m_skipped.push_back(
          {path, fmt::format("this file and all that follow: more than {} files changed",
                             m_max_changes)});
      return;
    }
    TreeChange change;
    change.old_path = change.new_path = path;
    fill(old_entry, change.old_mode, change.old_id);
    fill(new_entry, change.new_mode, change.new_id);
    change.status = old_entry == nullptr   ? FileStatus::added
                    : new_entry == nullptr ? FileStatus::removed
                                           : FileStatus::modified;
    m_changes.push_back(std::move(change));
  }

  void compare_folders(const git_tree_entry* old_entry, const git_tree_entry* new_entry,
                       const std::string& path, int depth) {
    if (++m_folders > k_folders_for_each_change * m_max_changes) {
      m_full = true;
      m_skipped.push_back({path, fmt::format("this folder and all that follows: more than {} "
                                             "folders differ",
                                             k_folders_for_each_change * m_max_changes)});
      return;
    }
    if (depth == k_max_depth) {
      m_skipped.push_back({path, fmt::format("folders are nested deeper than {}", k_max_depth)});
      return;
    }
    Tree old_tree;
    Tree new_tree;
    if (read(old_entry, path, old_tree) && read(new_entry, path, new_tree)) {
      compare_trees(old_tree.get(), new_tree.get(), path + "/", depth + 1);
    }
  }

  bool read(const git_tree_entry* entry, const std::string& path, Tree& tree) {
    if (entry == nullptr ||
        git_tree_lookup(Out(tree), m_repository, git_tree_entry_id(entry)) == 0) {
      return true;
    }
    m_skipped.push_back({path, fmt::format("tree {} is missing or broken",
                                           git_oid_tostr_s(git_tree_entry_id(entry)))});
    return false;
  }

  static void fill(const git_tree_entry* entry, std::uint32_t& mode, std::string& id) {
    if (entry != nullptr) {
      mode = static_cast<std::uint32_t>(git_tree_entry_filemode(entry));
      id = git_oid_tostr_s(git_tree_entry_id(entry));
    }
  }

  git_repository* m_repository;
  std::size_t m_max_changes;
  std::vector<Skipped>& m_skipped;
  std::vector<TreeChange> m_changes;
  std::size_t m_folders = 0; // looked into
  bool m_full = false;
};

} // namespace

std::vector<TreeChange> tree_changes(git_repository* repository, const git_tree* old_tree,
                                     const git_tree* new_tree, std::size_t max_changes,
                                     std::vector<Skipped>& skipped) {
  Walk walk(repository, max_changes, skipped);
  walk.compare_trees(old_tree, new_tree, "", 0);
  return walk.take();
}

} // namespace leadline::git
