#include "app/git/patch_series.hpp"

#include "analyzers/diff/unified_diff.hpp"
#include "app/git/libgit2.hpp"
#include "app/git/objects.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <git2.h>
#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>

#include <array>
#include <map>
#include <optional>
#include <utility>

namespace leadline {
namespace {

using git::git_error;
using git::Repository;
using git::Tree;
using Odb = Handle<git_odb, git_odb_free>;
using Commit = Handle<git_commit, git_commit_free>;
using Signature = Handle<git_signature, git_signature_free>;
using Reference = Handle<git_reference, git_reference_free>;
using TreeEntry = Handle<git_tree_entry, git_tree_entry_free>;
using Diff = Handle<git_diff, git_diff_free>;
using Patch = Handle<git_patch, git_patch_free>;
using Blob = git::Blob;

std::string hex(const git_oid& id) { return git_oid_tostr_s(&id); }

git_oid oid_of(const std::string& id) {
  git_oid oid{};
  if (git_oid_fromstr(&oid, id.c_str()) < 0) {
    throw Error(ErrorKind::bad_input, fmt::format("\"{}\" is no full object id", id));
  }
  return oid;
}

Repository open_repository(const std::string& path) {
  git::start_libgit2();
  Repository repository;
  if (git_repository_open(Out(repository), path.c_str()) < 0) {
    throw git_error(ErrorKind::bad_input, "opening repository", path);
  }
  return repository;
}

Commit look_up_commit(git_repository* repository, const std::string& id) {
  const git_oid oid = oid_of(id);
  Commit commit;
  if (git_commit_lookup(Out(commit), repository, &oid) < 0) {
    throw git_error(ErrorKind::not_found, "reading commit", id);
  }
  return commit;
}

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

std::optional<Entry> entry_at(git_tree* tree, const std::string& path) {
  TreeEntry entry;
  const int result = git_tree_entry_bypath(Out(entry), tree, path.c_str());
  if (result == GIT_ENOTFOUND) {
    return std::nullopt;
  }
  if (result < 0) {
    throw git_error(ErrorKind::bad_input, "reading tree entry", path);
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

  git_oid apply(const ChangeSet& changes) {
    for (const FileChange& file : changes.files) {
      change(file);
    }
    Tree rest = update(m_tree, GIT_TREE_UPDATE_REMOVE, m_goes);
    Tree result = update(rest.get(), GIT_TREE_UPDATE_UPSERT, m_comes);
    return *git_tree_id(result.get());
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

Tree base_tree(git_repository* repository, const Range& range) {
  Tree tree = git::root_tree(repository, range.merge_base);
  if (tree == nullptr) { // the empty tree: write it, so that there is one to build on
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

git_oid apply_one(git_repository* repository, git_tree* tree, const std::string& patch,
                  std::size_t number) {
  try {
    return PatchApplier(repository, tree).apply(parse_unified_diff(patch));
  } catch (const Error& error) {
    throw error.while_doing(fmt::format("applying patch {}", number));
  }
}

class LibGit2Series final : public PatchSeries {
public:
  LibGit2Series(const std::string& path, const Range& range)
      : m_repository(open_repository(path)), m_range(range) {
    Odb odb;
    if (git_repository_odb(Out(odb), m_repository.get()) < 0) {
      throw git_error(ErrorKind::unavailable, "opening the object database of", path);
    }
    git_odb_backend* memory = nullptr;
    constexpr int k_first = 999; // before the repository's own, so that nothing is written to disk
    if (git_mempack_new(&memory) < 0 || git_odb_add_backend(odb.get(), memory, k_first) < 0) {
      throw git_error(ErrorKind::unavailable, "preparing memory for", path);
    }
  }

  std::string binary_patch(const FileChange& file) override {
    // Only the one path is compared; both trees are pruned to it.
    const Tree old_tree = git::root_tree(m_repository.get(), m_range.merge_base);
    const Tree new_tree = git::root_tree(m_repository.get(), m_range.head);
    git_diff_options options = GIT_DIFF_OPTIONS_INIT;
    options.flags = GIT_DIFF_SHOW_BINARY | GIT_DIFF_DISABLE_PATHSPEC_MATCH;
    options.id_abbrev = GIT_OID_HEXSZ;
    std::string old_path = file.old_path;
    std::string new_path = file.new_path;
    std::array<char*, 2> paths = {old_path.data(), new_path.data()};
    options.pathspec = {paths.data(), paths.size()};
    Diff diff;
    if (git_diff_tree_to_tree(Out(diff), m_repository.get(), old_tree.get(), new_tree.get(),
                              &options) < 0) {
      throw git_error(ErrorKind::not_found, "comparing", file.path());
    }
    if (file.old_path != file.new_path) {
      git_diff_find_options find = GIT_DIFF_FIND_OPTIONS_INIT;
      find.flags = GIT_DIFF_FIND_RENAMES;
      find.rename_threshold = 1; // which file became which is decided already
      if (git_diff_find_similar(diff.get(), &find) < 0) {
        throw git_error(ErrorKind::not_found, "comparing", file.path());
      }
    }
    std::string text;
    for (std::size_t i = 0; i < git_diff_num_deltas(diff.get()); ++i) {
      const git_diff_delta* delta = git_diff_get_delta(diff.get(), i);
      if (file.path() !=
          (file.status == FileStatus::removed ? delta->old_file.path : delta->new_file.path)) {
        continue;
      }
      Patch patch;
      git_buf buffer = GIT_BUF_INIT;
      if (git_patch_from_diff(Out(patch), diff.get(), i) < 0) {
        throw git_error(ErrorKind::not_found, "reading the binary file", file.path());
      }
      if (git_patch_to_buf(&buffer, patch.get()) < 0) {
        throw git_error(ErrorKind::not_found, "printing the binary file", file.path());
      }
      text.assign(buffer.ptr, buffer.size);
      git_buf_dispose(&buffer);
    }
    return text;
  }

  std::vector<std::string> apply(const std::vector<std::string>& patches) override {
    Tree tree = base_tree(m_repository.get(), m_range);
    std::vector<std::string> trees;
    for (const std::string& patch : patches) {
      const git_oid id = apply_one(m_repository.get(), tree.get(), patch, trees.size() + 1);
      if (git_tree_lookup(Out(tree), m_repository.get(), &id) < 0) {
        throw git_error(ErrorKind::unavailable, "reading tree", hex(id));
      }
      trees.push_back(hex(id));
    }
    return trees;
  }

  std::string head_tree() override {
    const Tree tree = git::root_tree(m_repository.get(), m_range.head);
    return tree == nullptr ? std::string(git::k_empty_tree) : hex(*git_tree_id(tree.get()));
  }

private:
  Repository m_repository;
  Range m_range;
};

Signature committer(git_repository* repository, const git_signature* author) {
  Signature signature;
  if (git_signature_default(Out(signature), repository) == 0) {
    return signature;
  }
  if (git_signature_dup(Out(signature), author) < 0) {
    throw git_error(ErrorKind::unavailable, "making", "the committer's signature");
  }
  return signature;
}

void check_branches(git_repository* repository, const std::vector<StackedCommit>& commits) {
  for (const StackedCommit& commit : commits) {
    const std::string name = "refs/heads/" + commit.branch;
    int valid = 0;
    if (git_reference_name_is_valid(&valid, name.c_str()) < 0 || valid == 0) {
      throw Error(ErrorKind::bad_input,
                  fmt::format("\"{}\" is no valid branch name", commit.branch));
    }
    Reference reference;
    if (git_reference_lookup(Out(reference), repository, name.c_str()) == 0) {
      throw Error(ErrorKind::bad_input, fmt::format("branch \"{}\" exists already", commit.branch));
    }
  }
}

} // namespace

std::unique_ptr<PatchSeries> PatchSeries::open(const std::string& repository, const Range& range) {
  return std::make_unique<LibGit2Series>(repository, range);
}

std::vector<std::string> write_stack(const std::string& path, const Range& range,
                                     const std::vector<StackedCommit>& commits) {
  const Repository repository = open_repository(path);
  check_branches(repository.get(), commits);
  const Commit head = look_up_commit(repository.get(), range.head);
  Commit parent = look_up_commit(repository.get(), range.merge_base);
  Tree tree = base_tree(repository.get(), range);
  const git_signature* author = git_commit_author(head.get());
  const Signature by = committer(repository.get(), author);
  std::vector<git_oid> ids;
  for (const StackedCommit& commit : commits) {
    const git_oid tree_id = apply_one(repository.get(), tree.get(), commit.patch, ids.size() + 1);
    if (git_tree_lookup(Out(tree), repository.get(), &tree_id) < 0) {
      throw git_error(ErrorKind::unavailable, "reading tree", hex(tree_id));
    }
    const git_commit* const parents[] = {parent.get()};
    git_oid id{};
    if (git_commit_create(&id, repository.get(), nullptr, author, by.get(), "UTF-8",
                          commit.message.c_str(), tree.get(), 1,
                          const_cast<const git_commit**>(parents)) < 0) {
      throw git_error(ErrorKind::unavailable, "writing the commit of", commit.branch);
    }
    ids.push_back(id);
    parent = look_up_commit(repository.get(), hex(id));
  }
  if (!git_oid_equal(git_tree_id(tree.get()), git_commit_tree_id(head.get()))) {
    throw Error(ErrorKind::bad_input, fmt::format("the patches do not rebuild {}", range.head));
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < commits.size(); ++i) {
    const std::string name = "refs/heads/" + commits[i].branch;
    Reference reference;
    if (git_reference_create(Out(reference), repository.get(), name.c_str(), &ids[i], 0,
                             "leadline split") < 0) {
      throw git_error(ErrorKind::unavailable, "creating branch", commits[i].branch);
    }
    names.push_back(hex(ids[i]));
  }
  return names;
}

} // namespace leadline
