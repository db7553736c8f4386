#include "app/git/patch_series.hpp"

#include "app/git/libgit2.hpp"
#include "app/git/objects.hpp"
#include "app/git/patch_applier.hpp"

#include <git2.h>
#include <git2/sys/mempack.h>
#include <git2/sys/odb_backend.h>

#include <array>

namespace leadline {
namespace {

using git::git_error;
using git::open_repository;
using git::Repository;
using git::Tree;
using Odb = Handle<git_odb, git_odb_free>;
using Diff = Handle<git_diff, git_diff_free>;
using Patch = Handle<git_patch, git_patch_free>;

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
    Tree tree = git::tree_to_build_on(m_repository.get(), m_range.merge_base);
    std::vector<std::string> trees;
    for (const std::string& patch : patches) {
      tree = git::apply_patch(m_repository.get(), tree.get(), patch, trees.size() + 1);
      trees.push_back(git::hex(*git_tree_id(tree.get())));
    }
    return trees;
  }

  std::string head_tree() override {
    const Tree tree = git::root_tree(m_repository.get(), m_range.head);
    return tree == nullptr ? std::string(git::k_empty_tree) : git::hex(*git_tree_id(tree.get()));
  }

private:
  Repository m_repository;
  Range m_range;
};

} // namespace

std::unique_ptr<PatchSeries> PatchSeries::open(const std::string& repository, const Range& range) {
  return std::make_unique<LibGit2Series>(repository, range);
}

} // namespace leadline
