#pragma once

#include "app/git/libgit2.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace leadline::git {

// Bytes of a file as the diff sees them: a blob's, or "Subproject commit ID\n" of a submodule.
// `why` is set instead when they cannot be had.
struct Content {
  Blob blob;        // null for a submodule, an absent side, or when there is a problem
  std::string text; // of a submodule
  enum class Problem { none, missing, too_large } problem = Problem::none;
  std::string why; // in words

  std::string_view bytes() const; // live as long as this object stays where it is
  bool binary() const;            // as git decides: a NUL in the first 8,000 bytes
};

// nullopt when the blob is missing or broken.
std::optional<std::size_t> blob_size(git_repository* repository, const std::string& id);

// `id` is hexadecimal; an empty one is an absent side and gives no bytes.
Content load_content(git_repository* repository, const std::string& id, bool submodule,
                     std::size_t max_bytes);

// Root tree of a commit, or of k_empty_tree (then null). Throws Error(not_found).
Tree root_tree(git_repository* repository, const std::string& id);

} // namespace leadline::git
