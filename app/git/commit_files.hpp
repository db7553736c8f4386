#pragma once

#include "analyzers/file_source.hpp"
#include "app/git/libgit2.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

namespace leadline::git {

// Bytes of a regular file below `tree` (null: empty); nullopt when the path is absent or a folder,
// link or submodule. Throws Error(not_found) when its object is missing or broken, bad_input when
// it is over `max_bytes`.
std::optional<std::string> read_file(git_repository* repository, const git_tree* tree,
                                     const std::string& path, std::size_t max_bytes);

// The files of two commits; attributes are the first one's. `repository` must outlive the result.
std::unique_ptr<FileSource> commit_files(git_repository* repository, const std::string& merge_base,
                                         const std::string& head, std::size_t max_bytes);

} // namespace leadline::git
