#pragma once

#include "base/error.hpp"
#include "base/handle.hpp"

#include <string>
#include <string_view>

// The few names of libgit2 that cross our files, so that no header of ours includes <git2.h>.
extern "C" {
struct git_oid;
struct git_blob;
struct git_repository;
struct git_tree;
void git_blob_free(git_blob*);
void git_repository_free(git_repository*);
void git_tree_free(git_tree*);
}

namespace leadline::git {

using Repository = Handle<git_repository, git_repository_free>;
using Blob = Handle<git_blob, git_blob_free>;
using Tree = Handle<git_tree, git_tree_free>;

// The id of the tree without entries: the base of a root commit. It need not be in the database.
constexpr std::string_view k_empty_tree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

// Starts libgit2, once per process, never shut down. Nobody's configuration takes part: the
// system's, the user's and XDG files are not read, so that equal repositories give equal output.
// The check that the repository belongs to the caller is off: it protects programs that run what a
// repository's configuration names (hooks, filters, pagers); leadline runs nothing and writes
// nothing there, CI checkouts often belong to another user, and `safe.directory` would stand in the
// configuration that is not read.
void start_libgit2();

// The repository that `path` is or lies in, as `git -C` finds it: bare, a checkout or a folder in
// one, within one file system. Starts libgit2. Throws Error(bad_input) naming `path`.
Repository open_repository(const std::string& path);

// An object's id as 40 hexadecimal digits.
std::string hex(const git_oid& id);

// The last error of libgit2 as an Error "DOING: NAME: reason".
Error git_error(ErrorKind kind, std::string_view doing, std::string_view name);

} // namespace leadline::git
