#include "app/git/commit_stack.hpp"

#include "app/git/libgit2.hpp"
#include "app/git/patch_applier.hpp"

#include <fmt/format.h>
#include <git2.h>

namespace leadline {
namespace {

using git::git_error;
using git::open_repository;
using git::Repository;
using git::Tree;
using Commit = Handle<git_commit, git_commit_free>;
using Signature = Handle<git_signature, git_signature_free>;
using Reference = Handle<git_reference, git_reference_free>;
using ReferenceIterator = Handle<git_reference_iterator, git_reference_iterator_free>;

Commit look_up_commit(git_repository* repository, const std::string& id) {
  const git_oid oid = git::oid_of(id);
  Commit commit;
  if (git_commit_lookup(Out(commit), repository, &oid) < 0) {
    throw git_error(ErrorKind::not_found, "reading commit", id);
  }
  return commit;
}

Signature signature_of(git_repository* repository, const git_commit* head,
                       const std::optional<Committer>& committer) {
  Signature signature;
  if (committer) {
    if (git_signature_new(Out(signature), committer->name.c_str(), committer->email.c_str(),
                          git_commit_time(head), git_commit_time_offset(head)) < 0) {
      throw git_error(ErrorKind::bad_input, "making the signature of", committer->name);
    }
    return signature;
  }
  if (git_signature_default(Out(signature), repository) == 0) {
    return signature;
  }
  if (git_signature_dup(Out(signature), git_commit_author(head)) < 0) {
    throw git_error(ErrorKind::unavailable, "making", "the committer's signature");
  }
  return signature;
}

std::vector<std::string> write(git_repository* repository, const Range& range,
                               const std::vector<StackedCommit>& commits,
                               const std::optional<Committer>& committer) {
  const Commit head = look_up_commit(repository, range.head);
  Commit parent; // null when the range starts at nothing: the first commit is a root then
  if (range.merge_base != git::k_empty_tree) {
    parent = look_up_commit(repository, range.merge_base);
  }
  Tree tree = git::tree_to_build_on(repository, range.merge_base);
  const Signature by = signature_of(repository, head.get(), committer);
  std::vector<std::string> ids;
  for (const StackedCommit& commit : commits) {
    tree = git::apply_patch(repository, tree.get(), commit.patch, ids.size() + 1);
    const git_commit* parents[] = {parent.get()};
    git_oid id{};
    if (git_commit_create(&id, repository, nullptr, git_commit_author(head.get()), by.get(),
                          "UTF-8", commit.message.c_str(), tree.get(), parent == nullptr ? 0 : 1,
                          parents) < 0) {
      throw git_error(ErrorKind::unavailable, "writing the commit of", commit.branch);
    }
    ids.push_back(git::hex(id));
    parent = look_up_commit(repository, ids.back());
  }
  if (!git_oid_equal(git_tree_id(tree.get()), git_commit_tree_id(head.get()))) {
    throw Error(ErrorKind::bad_input, fmt::format("the patches do not rebuild {}", range.head));
  }
  return ids;
}

// What git's own commands take (a name does not start with '-'), and what a file system can hold.
bool is_valid(const std::string& branch) {
  constexpr std::size_t k_most_bytes = 200;
  int valid = 0;
  return branch.size() <= k_most_bytes && git_branch_name_is_valid(&valid, branch.c_str()) == 0 &&
         valid != 0;
}

bool exists(git_repository* repository, const std::string& branch) {
  Reference reference;
  return git_reference_lookup(Out(reference), repository, ("refs/heads/" + branch).c_str()) == 0;
}

void check_branches(git_repository* repository, const std::vector<StackedCommit>& commits) {
  for (const StackedCommit& commit : commits) {
    const std::string& branch = commit.branch;
    if (!is_valid(branch)) {
      throw Error(ErrorKind::bad_input, fmt::format("\"{}\" is no valid branch name", branch));
    }
    if (exists(repository, branch)) {
      throw Error(ErrorKind::bad_input, fmt::format("branch \"{}\" exists already", branch));
    }
    for (std::size_t slash = branch.find('/'); slash != std::string::npos;
         slash = branch.find('/', slash + 1)) {
      if (exists(repository, branch.substr(0, slash))) {
        throw Error(ErrorKind::bad_input,
                    fmt::format("branch \"{}\" exists, so that \"{}\" cannot be made",
                                branch.substr(0, slash), branch));
      }
    }
    ReferenceIterator below;
    if (git_reference_iterator_glob_new(Out(below), repository,
                                        ("refs/heads/" + branch + "/*").c_str()) < 0) {
      throw git_error(ErrorKind::unavailable, "looking for branches below", branch);
    }
    git_reference* reference = nullptr;
    if (git_reference_next(&reference, below.get()) == 0) {
      const Reference found(reference);
      throw Error(ErrorKind::bad_input,
                  fmt::format("branch \"{}\" exists, so that \"{}\" cannot be made",
                              git_reference_shorthand(found.get()), branch));
    }
  }
}

} // namespace

std::vector<std::string> write_commits(const std::string& path, const Range& range,
                                       const std::vector<StackedCommit>& commits,
                                       const std::optional<Committer>& committer) {
  const Repository repository = open_repository(path);
  return write(repository.get(), range, commits, committer);
}

void check_stack(const std::string& path, const std::vector<StackedCommit>& commits) {
  const Repository repository = open_repository(path);
  check_branches(repository.get(), commits);
}

std::vector<std::string> write_stack(const std::string& path, const Range& range,
                                     const std::vector<StackedCommit>& commits) {
  const Repository repository = open_repository(path);
  check_branches(repository.get(), commits);
  const std::vector<std::string> ids = write(repository.get(), range, commits, std::nullopt);
  std::vector<Reference> made;
  for (std::size_t i = 0; i < commits.size(); ++i) {
    const std::string name = "refs/heads/" + commits[i].branch;
    const git_oid id = git::oid_of(ids[i]);
    Reference reference;
    const int result = git_reference_create(Out(reference), repository.get(), name.c_str(), &id, 0,
                                            "leadline split");
    if (result < 0) {
      const Error error = git_error(ErrorKind::unavailable, "creating branch", commits[i].branch);
      for (const Reference& earlier : made) {
        git_reference_delete(earlier.get());
      }
      throw error;
    }
    made.push_back(std::move(reference));
  }
  return ids;
}

} // namespace leadline
