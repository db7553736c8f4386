#include "app/git/patch_applier.hpp"

#include "analyzers/diff/unified_diff.hpp"
#include "app/git/objects.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <git2.h>

#include <map>
#include <optional>

namespace leadline::git {
namespace {

using TreeEntry = Handle<git_tree_entry, git_tree_entry_free>;

// Lines with their '\n'; the last one may lack it.
std::vector<std::string_view> lines_of(std::string_view bytes) {
  std::vector<std::string_view> lines;
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    lines.push_back(bytes.substr(0, end == std::string_view::npos ? end : end + 1));
    bytes.remove_prefix(lines.back().size());
  }
  return lines;
}

std::string written(const DiffLine& line) { return line.no_newline ? line.text : line.text + '\n'; }

// The file's bytes with its hunks applied where they say, to the letter.
std::string apply_hunks(const FileChange& file, std::string_view bytes) {
  const std::vector<std::string_view> lines = lines_of(bytes);
  std::string result;
  std::size_t at = 0;
  for (const Hunk& hunk : file.hunks) {
    const int first = hunk.old_lines == 0 ? hunk.old_start : hunk.old_start - 1; // 0-based
    if (first < 0 || static_cast<std::size_t>(first) < at ||
        static_cast<std::size_t>(first) > lines.size()) {
      throw Error(ErrorKind::bad_input, fmt::format("{}:{}: the hunk lies outside the file",
                                                    file.path(), hunk.old_start));
    }
    for (; at < static_cast<std::size_t>(first); ++at) {
      result += lines[at];
    }
    for (const DiffLine& line : hunk.lines) {
      if (line.kind != LineKind::added) {
        if (at >= lines.size() || lines[at] != written(line)) {
          throw Error(ErrorKind::bad_input,
                      fmt::format("{}:{}: the patch expects another line", file.path(), at + 1));
        }
        ++at;
      }
      if (line.kind != LineKind::removed) {
        result += written(line);
      }
    }
  }
  for (; at < lines.size(); ++at) {
    result += lines[at];
  }
  return result;
}

struct Entry {
  git_oid id{};
  std::uint32_t mode = 0;
};

// The file, link or submodule there; a folder is none.
std::optional<Entry> entry_at(git_tree* tree, const std::string& path) {
  TreeEntry entry;
  const int result = git_tree_entry_bypath(Out(entry), tree, path.c_str());
  if (result == GIT_ENOTFOUND) {
    return std::nullopt;
  }
  if (result < 0) {
    throw git_error(ErrorKind::bad_input, "reading tree entry", path);
  }
  if (git_tree_entry_type(entry.get()) == GIT_OBJECT_TREE) {
    return std::nullopt;
  }
  return Entry{*git_tree_entry_id(entry.get()),
               static_cast<std::uint32_t>(git_tree_entry_filemode(entry.get()))};
}

// The tree after one patch, in two passes: what goes, then what comes, so that a file may become a
// link or a submodule and a path may move in a circle.
class PatchApplier {
public:
  PatchApplier(git_repository* repository, git_tree* tree)
      : m_repository(repository), m_tree(tree) {}

  Tree apply(const ChangeSet& changes) {
    for (const FileChange& file : changes.files) {
      change(file);
    }
    Tree rest = update(m_tree, GIT_TREE_UPDATE_REMOVE, m_goes);
    for (const auto& [path, entry] : m_comes) {
      TreeEntry folder; // with files that stay: git would not give way either
      if (git_tree_entry_bypath(Out(folder), rest.get(), path.c_str()) == 0 &&
          git_tree_entry_type(folder.get()) == GIT_OBJECT_TREE) {
        throw Error(ErrorKind::bad_input, fmt::format("{}: exists already", path));
      }
    }
    return update(rest.get(), GIT_TREE_UPDATE_UPSERT, m_comes);
  }

private:
  void change(const FileChange& file) {
    const bool comes = file.status == FileStatus::added;
    const std::string& source = comes ? file.new_path : file.old_path;
    const std::optional<Entry> before = entry_at(m_tree, source);
    if (comes == before.has_value() && (!comes || m_goes.find(source) == m_goes.end())) {
      throw Error(ErrorKind::bad_input,
                  fmt::format("{}: {}", source, comes ? "exists already" : "does not exist"));
    }
    if (file.status != FileStatus::added && file.status != FileStatus::copied) {
      m_goes[file.old_path] = *before;
    }
    Entry after;
    // A text without mode lines keeps the mode that is there.
    after.mode = comes || file.mode_changed() ? file.new_mode : before->mode;
    after.id = content_after(file, comes ? Entry{} : *before, after.mode);
    if (file.status == FileStatus::removed) {
      return;
    }
    m_comes[file.new_path] = after;
  }

  git_oid content_after(const FileChange& file, const Entry& before, std::uint32_t mode) {
    if (file.binary) {
      return file.status == FileStatus::removed ? git_oid{} : oid_of(file.new_id);
    }
    if (file.hunks.empty() && file.status != FileStatus::added) {
      return before.id;
    }
    std::string bytes =
        apply_hunks(file, file.status == FileStatus::added ? std::string() : content(before));
    if (file.status == FileStatus::removed) {
      if (!bytes.empty()) {
        throw Error(
            ErrorKind::bad_input,
            fmt::format("{}: the patch removes the file but not all of its lines", file.path()));
      }
      return {};
    }
    if (mode == k_mode_submodule) {
      constexpr std::string_view k_prefix = "Subproject commit ";
      const std::string_view id = trim(bytes);
      if (id.substr(0, k_prefix.size()) != k_prefix) {
        throw Error(ErrorKind::bad_input, fmt::format("{}: no submodule commit", file.path()));
      }
      return oid_of(std::string(id.substr(k_prefix.size())));
    }
    git_oid id{};
    if (git_blob_create_from_buffer(&id, m_repository, bytes.data(), bytes.size()) < 0) {
      throw git_error(ErrorKind::unavailable, "writing blob of", file.path());
    }
    return id;
  }

  std::string content(const Entry& entry) const {
    if (entry.mode == k_mode_submodule) {
      return "Subproject commit " + hex(entry.id) + "\n";
    }
    Blob blob;
    if (git_blob_lookup(Out(blob), m_repository, &entry.id) < 0) {
      throw git_error(ErrorKind::not_found, "reading blob", hex(entry.id));
    }
    return {static_cast<const char*>(git_blob_rawcontent(blob.get())),
            static_cast<std::size_t>(git_blob_rawsize(blob.get()))};
  }

  Tree update(git_tree* tree, git_tree_update_t action,
              const std::map<std::string, Entry>& entries) const {
    std::vector<git_tree_update> updates;
    for (const auto& [path, entry] : entries) {
      git_tree_update row{};
      row.action = action;
      row.id = entry.id;
      row.filemode = static_cast<git_filemode_t>(entry.mode);
      row.path = path.c_str();
      updates.push_back(row);
    }
    git_oid id = *git_tree_id(tree);
    if (!updates.empty() &&
        git_tree_create_updated(&id, m_repository, tree, updates.size(), updates.data()) < 0) {
      throw git_error(ErrorKind::bad_input, "building the tree of", entries.begin()->first);
    }
    Tree result;
    if (git_tree_lookup(Out(result), m_repository, &id) < 0) {
      throw git_error(ErrorKind::bad_input, "reading the tree of", hex(id));
    }
    return result;
  }

  git_repository* m_repository;
  git_tree* m_tree;
  std::map<std::string, Entry> m_goes;
  std::map<std::string, Entry> m_comes;
};

} // namespace

git_oid oid_of(const std::string& id) {
  git_oid oid{};
  if (git_oid_fromstr(&oid, id.c_str()) < 0) {
    throw Error(ErrorKind::bad_input, fmt::format("\"{}\" is no full object id", id));
  }
  return oid;
}

Tree tree_to_build_on(git_repository* repository, const std::string& commit) {
  Tree tree = root_tree(repository, commit);
  if (tree == nullptr) { // the empty tree: write it, so that there is one
    git_oid id{};
    Handle<git_treebuilder, git_treebuilder_free> builder;
    if (git_treebuilder_new(Out(builder), repository, nullptr) < 0) {
      throw git_error(ErrorKind::unavailable, "building", "the empty tree");
    }
    if (git_treebuilder_write(&id, builder.get()) < 0) {
      throw git_error(ErrorKind::unavailable, "writing", "the empty tree");
    }
    if (git_tree_lookup(Out(tree), repository, &id) < 0) {
      throw git_error(ErrorKind::unavailable, "reading", "the empty tree");
    }
  }
  return tree;
}

Tree apply_patch(git_repository* repository, git_tree* tree, const std::string& patch,
                 std::size_t number) {
  try {
    return PatchApplier(repository, tree).apply(parse_unified_diff(patch));
  } catch (const Error& error) {
    throw error.while_doing(fmt::format("applying patch {}", number));
  }
}

} // namespace leadline::git
