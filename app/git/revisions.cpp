#include "app/git/revisions.hpp"

#include "base/text.hpp"

#include <git2.h>

namespace leadline::git {
namespace {

using Commit = Handle<git_commit, git_commit_free>;
using Object = Handle<git_object, git_object_free>;

Commit find_commit(git_repository* repository, const std::string& revision) {
  const std::string name = revision.empty() ? "HEAD" : revision;
  Object object;
  Commit commit;
  if (name.find('\0') != std::string::npos ||
      git_revparse_single(Out(object), repository, name.c_str()) < 0) {
    const Error error = git_error(ErrorKind::bad_input, "unknown revision", name);
    throw git_repository_is_shallow(repository) == 1
        ? Error(error.kind(), std::string(error.what()) +
                                  " (this clone is shallow: git fetch --unshallow brings the rest)")
        : error;
  }
  git_object* peeled = nullptr;
  if (git_object_peel(&peeled, object.get(), GIT_OBJECT_COMMIT) < 0) {
    throw git_error(ErrorKind::bad_input, "revision is no commit", name);
  }
  commit.reset(reinterpret_cast<git_commit*>(peeled)); // libgit2's own way: a commit is an object
  return commit;
}

Range between(const Commit& base, const Commit& head) {
  const std::string from = hex(*git_commit_id(base.get()));
  return {from, hex(*git_commit_id(head.get())), from};
}

struct OidArray {
  git_oidarray ids{};
  OidArray() = default;
  OidArray(const OidArray&) = delete;
  OidArray& operator=(const OidArray&) = delete;
  ~OidArray() { git_oidarray_dispose(&ids); }
};

} // namespace

Range resolve_range(git_repository* repository, const std::string& range) {
  if (trim(range).empty()) {
    throw Error(ErrorKind::bad_input, "empty range");
  }
  const std::size_t dots = range.find("..");
  if (dots == std::string::npos) {
    const Commit head = find_commit(repository, range);
    if (git_commit_parentcount(head.get()) == 0) {
      const std::string none(k_empty_tree);
      return {none, hex(*git_commit_id(head.get())), none};
    }
    const std::string parent = hex(*git_commit_parent_id(head.get(), 0));
    return {parent, hex(*git_commit_id(head.get())), parent};
  }
  const bool symmetric = range.compare(dots, 3, "...") == 0;
  const std::string from = range.substr(0, dots);
  if (from == k_empty_tree) { // as git diff takes it: all of the head
    const Commit head = find_commit(repository, range.substr(dots + (symmetric ? 3 : 2)));
    return {from, hex(*git_commit_id(head.get())), from};
  }
  const Commit base = find_commit(repository, from);
  const Commit head = find_commit(repository, range.substr(dots + (symmetric ? 3 : 2)));
  Range resolved = between(base, head);
  if (symmetric) {
    OidArray bases;
    const int code = git_merge_bases(&bases.ids, repository, git_commit_id(base.get()),
                                     git_commit_id(head.get()));
    if (code == GIT_ENOTFOUND || (code == 0 && bases.ids.count == 0)) {
      throw Error(ErrorKind::bad_input, "no merge base: " + range);
    }
    if (code < 0) {
      throw git_error(ErrorKind::bad_input, "no merge base", range);
    }
    resolved.merge_base = hex(bases.ids.ids[0]);
  }
  return resolved;
}

} // namespace leadline::git
