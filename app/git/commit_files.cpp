#include "app/git/commit_files.hpp"

#include "app/git/attributes.hpp"
#include "app/git/objects.hpp"

#include <algorithm>

#include <git2.h>

namespace leadline::git {
namespace {

using Entry = Handle<git_tree_entry, git_tree_entry_free>;

// The entry at `path`; null when absent. A folder on the way that is missing from the database
// throws.
Entry find_entry(const git_tree* tree, const std::string& path) {
  Entry entry;
  if (tree == nullptr || path.empty() || path.find('\0') != std::string::npos) {
    return entry;
  }
  const int code = git_tree_entry_bypath(Out(entry), tree, path.c_str());
  if (code == GIT_ENOTFOUND && git_error_last() != nullptr &&
      git_error_last()->klass == GIT_ERROR_ODB) {
    throw git_error(ErrorKind::not_found, "reading", path);
  }
  if (code < 0 && code != GIT_ENOTFOUND) {
    throw git_error(ErrorKind::not_found, "reading", path);
  }
  return entry;
}

bool is_file(git_filemode_t mode) {
  return mode == GIT_FILEMODE_BLOB || mode == GIT_FILEMODE_BLOB_EXECUTABLE;
}

class CommitFiles final : public FileSource {
public:
  CommitFiles(git_repository* repository, const std::string& merge_base, const std::string& head,
              std::size_t max_bytes)
      : m_repository(repository), m_base(root_tree(repository, merge_base)),
        m_head(root_tree(repository, head)), m_attributes(repository, merge_base),
        m_max_bytes(max_bytes) {}

  std::optional<std::string> read(Side side, const std::string& path) const override {
    return read_file(m_repository, tree(side), path, m_max_bytes);
  }

  PathMarks marks(const std::string& path) const override { return m_attributes.marks(path); }

  std::vector<std::string> siblings(Side side, const std::string& path) const override {
    const std::size_t slash = path.rfind('/');
    return names_in(side, slash == std::string::npos ? "" : path.substr(0, slash),
                    path.substr(slash + 1), is_file);
  }

  std::vector<std::string> folders_beside(Side side, const std::string& path) const override {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string::npos) {
      return {};
    }
    const std::string own = path.substr(0, slash);
    const std::size_t above = own.rfind('/');
    return names_in(side, above == std::string::npos ? "" : own.substr(0, above),
                    own.substr(above + 1),
                    [](git_filemode_t mode) { return mode == GIT_FILEMODE_TREE; });
  }

  std::vector<std::string> entries(Side side, const std::string& folder) const override {
    std::vector<std::string> names;
    each_entry(side, folder, [&](const git_tree_entry* entry) {
      const bool is_folder = git_tree_entry_type(entry) == GIT_OBJECT_TREE;
      names.push_back(std::string(git_tree_entry_name(entry)) + (is_folder ? "/" : ""));
    });
    std::sort(names.begin(), names.end());
    return names;
  }

private:
  // Sorted; without `own`, and only those of a mode that `wanted` takes. "" is the root.
  template <typename Wanted>
  std::vector<std::string> names_in(Side side, const std::string& path, const std::string& own,
                                    Wanted wanted) const {
    std::vector<std::string> names;
    each_entry(side, path, [&](const git_tree_entry* entry) {
      if (wanted(git_tree_entry_filemode(entry)) && git_tree_entry_name(entry) != own) {
        names.emplace_back(git_tree_entry_name(entry));
      }
    });
    std::sort(names.begin(), names.end());
    return names;
  }

  template <typename Take>
  void each_entry(Side side, const std::string& path, Take take) const {
    const git_tree* folder = tree(side);
    Tree found;
    if (!path.empty()) {
      const Entry entry = find_entry(folder, path);
      if (entry == nullptr || git_tree_entry_type(entry.get()) != GIT_OBJECT_TREE) {
        return;
      }
      if (git_tree_lookup(Out(found), m_repository, git_tree_entry_id(entry.get())) < 0) {
        throw git_error(ErrorKind::not_found, "reading folder", path);
      }
      folder = found.get();
    }
    const std::size_t count = folder == nullptr ? 0 : git_tree_entrycount(folder);
    for (std::size_t i = 0; i < count; ++i) {
      take(git_tree_entry_byindex(folder, i));
    }
  }

  const git_tree* tree(Side side) const { return side == Side::base ? m_base.get() : m_head.get(); }

  git_repository* m_repository;
  Tree m_base;
  Tree m_head;
  Attributes m_attributes;
  std::size_t m_max_bytes;
};

} // namespace

std::optional<std::string> read_file(git_repository* repository, const git_tree* tree,
                                     const std::string& path, std::size_t max_bytes) {
  const Entry entry = find_entry(tree, path);
  if (entry == nullptr || !is_file(git_tree_entry_filemode(entry.get()))) {
    return std::nullopt;
  }
  const Content content =
      load_content(repository, git_oid_tostr_s(git_tree_entry_id(entry.get())), false, max_bytes);
  if (content.problem != Content::Problem::none) {
    const bool missing = content.problem == Content::Problem::missing;
    throw Error(missing ? ErrorKind::not_found : ErrorKind::bad_input,
                "reading " + path + ": " + content.why);
  }
  return std::string(content.bytes());
}

std::unique_ptr<FileSource> commit_files(git_repository* repository, const std::string& merge_base,
                                         const std::string& head, std::size_t max_bytes) {
  return std::make_unique<CommitFiles>(repository, merge_base, head, max_bytes);
}

} // namespace leadline::git
