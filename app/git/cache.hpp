#pragma once

#include "app/git/repository.hpp"
#include "base/secret.hpp"

#include <memory>
#include <string>
#include <vector>

namespace leadline {

// What a remote asks for over HTTPS; the token is the password of the user "x-access-token".
struct GitRemote {
  std::string url; // "https://github.com/owner/name.git": no credentials in it
  Secret token;    // empty: anonymous
};

// Bare repositories under one folder, one for each "owner/name", disposable: what is missing is
// fetched again, what is broken is deleted and cloned anew. Safe for several threads; one fetch of
// a repository at a time.
class GitCache {
public:
  static std::unique_ptr<GitCache> create(const std::string& folder);
  virtual ~GitCache() = default;

  // Makes sure that `wants` (full object ids of commits, or ref names such as "refs/pull/7/head")
  // are there with their history and returns the repository. Only fetches what is missing. Throws
  // Error: denied (401, 403), not_found (404), unavailable (network, TLS, 5xx), bad_input (a want
  // that the remote does not have, named).
  virtual std::unique_ptr<GitRepository> fetch(const std::string& repository,
                                               const GitRemote& remote,
                                               const std::vector<std::string>& wants) = 0;
};

} // namespace leadline
