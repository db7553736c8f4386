#include "app/git/repository.hpp"

#include "app/git/patch_series.hpp"

#include "app/git/attributes.hpp"
#include "app/git/commit_files.hpp"
#include "app/git/file_diff.hpp"
#include "app/git/objects.hpp"
#include "app/git/renames.hpp"
#include "app/git/revisions.hpp"
#include "app/git/tree_changes.hpp"

#include <git2.h>

namespace leadline {
namespace {

class LibgitRepository final : public GitRepository {
public:
  LibgitRepository(git::Repository repository, std::string path, const DiffLimits& limits)
      : m_repository(std::move(repository)), m_path(std::move(path)), m_limits(limits) {}

  Range resolve(const std::string& range) const override {
    return git::resolve_range(m_repository.get(), range);
  }

  ChangeSet change_set(const Range& range) const override {
    ChangeSet changes;
    changes.base = range.base;
    changes.head = range.head;
    changes.merge_base = range.merge_base;
    const git::Tree old_tree = git::root_tree(m_repository.get(), range.merge_base);
    const git::Tree new_tree = git::root_tree(m_repository.get(), range.head);
    const git::Attributes attributes(m_repository.get(), range.merge_base);
    const std::vector<git::TreeChange> found =
        git::find_renames(m_repository.get(),
                          git::tree_changes(m_repository.get(), old_tree.get(), new_tree.get(),
                                            m_limits.max_files, changes.skipped),
                          attributes, m_limits.max_file_bytes);
    git::FileDiffer differ(m_repository.get(), attributes, m_limits, changes);
    for (const git::TreeChange& change : found) {
      differ.append(change);
    }
    return changes;
  }

  std::unique_ptr<FileSource> files(const Range& range) const override {
    return git::commit_files(m_repository.get(), range.merge_base, range.head,
                             m_limits.max_file_bytes);
  }

  std::optional<std::string> read(const std::string& commit,
                                  const std::string& path) const override {
    const git::Tree tree = git::root_tree(m_repository.get(), commit);
    return git::read_file(m_repository.get(), tree.get(), path, m_limits.max_file_bytes);
  }

  std::string path() const override { return m_path; }

private:
  git::Repository m_repository;
  std::string m_path;
  DiffLimits m_limits;
};

} // namespace

std::unique_ptr<GitRepository> GitRepository::open(const std::string& path,
                                                   const DiffLimits& limits) {
  return std::make_unique<LibgitRepository>(git::open_repository(path), path, limits);
}

std::unique_ptr<PatchSeries> GitRepository::patches(const Range& range) const {
  return PatchSeries::open(path(), range);
}

} // namespace leadline
