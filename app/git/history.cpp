#include "app/git/history.hpp"

#include "app/git/libgit2.hpp"

#include <git2.h>

namespace leadline {
namespace {

using git::git_error;
using git::hex;
using git::Repository;
using Commit = Handle<git_commit, git_commit_free>;
using Object = Handle<git_object, git_object_free>;

git_oid commit_id_of(git_repository* repository, const std::string& revision) {
  Object object;
  if (revision.find('\0') != std::string::npos ||
      git_revparse_single(Out(object), repository, revision.c_str()) < 0) {
    throw git_error(ErrorKind::bad_input, "unknown revision", revision);
  }
  Object commit;
  if (git_object_peel(Out(commit), object.get(), GIT_OBJECT_COMMIT) < 0) {
    throw git_error(ErrorKind::bad_input, "revision is no commit", revision);
  }
  return *git_object_id(commit.get());
}

std::string subject_of(const git_commit* commit) {
  const char* const message = git_commit_message(commit);
  const std::string text = message == nullptr ? "" : message;
  const std::size_t start = text.find_first_not_of("\r\n");
  if (start == std::string::npos) {
    return "";
  }
  return text.substr(start, text.find_first_of("\r\n", start) - start);
}

} // namespace

std::vector<HistoryEntry> first_parent_history(const std::string& repository_path,
                                               const std::string& revision,
                                               const HistoryBounds& bounds) {
  const Repository repository = git::open_repository(repository_path);
  std::vector<HistoryEntry> entries;
  git_oid id = commit_id_of(repository.get(), revision);
  while (entries.size() < bounds.max) {
    Commit commit;
    if (git_commit_lookup(Out(commit), repository.get(), &id) < 0) {
      if (entries.empty()) {
        throw git_error(ErrorKind::bad_input, "reading commit", hex(id));
      }
      break; // where a shallow clone ends
    }
    const std::int64_t time = git_commit_time(commit.get());
    if (bounds.since && time < *bounds.since) {
      break;
    }
    entries.push_back({hex(id), time, subject_of(commit.get())});
    if (git_commit_parentcount(commit.get()) == 0) {
      break;
    }
    id = *git_commit_parent_id(commit.get(), 0);
  }
  return entries;
}

} // namespace leadline
