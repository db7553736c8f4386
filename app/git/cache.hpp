#pragma once

#include "app/git/repository.hpp"
#include "app/github/transport.hpp"
#include "base/secret.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace leadline {

// What a remote asks for over HTTPS; the token is the password of the user "x-access-token".
struct GitRemote {
  std::string url; // "https://github.com/owner/name.git": no credentials in it
  Secret token;    // empty: anonymous
};

// statvfs(3) of the file system that holds `path`, as far as it is ours to fill. Throws
// Error(unavailable).
struct DiskSpace {
  std::uint64_t all_bytes = 0;
  std::uint64_t free_bytes = 0;
};
DiskSpace disk_space(const std::string& path);

struct GitFetchOptions {
  TransportOptions transport;              // connect_timeout, read_timeout, ca_file, proxy
  std::chrono::seconds total_timeout{600}; // of one fetch, its unpacking included
  std::size_t max_memory_bytes = 1024UL * 1024 * 1024; // of libgit2 during one fetch
  std::chrono::milliseconds first_pause{500}; // before a failed request is sent again; then doubled
  std::uint64_t max_bytes = 4ULL * 1024 * 1024 * 1024;            // received by one fetch
  std::uint64_t max_repository_bytes = 8ULL * 1024 * 1024 * 1024; // a larger one is cloned anew
  std::size_t max_packs = 200; // each fetch adds one; many make every lookup slow
  std::size_t max_refs = 100;  // kept so that the next fetch knows what is there
  std::uint64_t max_total_bytes = 10ULL * 1024 * 1024 * 1024; // of all clones, but those in use
  std::chrono::hours keep_unused{24 * 14};                    // a clone that nobody uses
  // The disk of the clones, and what is kept free there for all else: of a small disk a tenth.
  std::function<DiskSpace(const std::string&)> disk = disk_space;
  std::uint64_t keep_free_bytes = 1024UL * 1024 * 1024;

  // With the proxy and authorities of the environment.
  static GitFetchOptions from_environment();
};

// A branch that is to be moved at the remote.
struct BranchPush {
  std::string branch;   // without refs/heads/
  std::string commit;   // full id; in the cached repository
  std::string expected; // where the branch stands now; "": it must not exist yet
};

// What the clones of a cache are and take.
struct CloneTotals {
  std::size_t clones = 0;
  std::uint64_t bytes = 0;
  std::size_t deleted = 0; // just now
  std::string problem;     // why one that was to go could not be deleted; "": none
};

// Bare repositories under one folder, one for each "owner/name", disposable: what is missing is
// fetched again, what is broken is deleted and cloned anew. Safe for several threads and processes;
// one fetch of a repository at a time. When a fetch has made all of them take more than
// max_total_bytes, as far as this process knows, the least recently used go, after it and before
// the next one, and before a fetch as many of them as the disk needs to have keep_free_bytes; none
// goes while it is in use, here or in another process. A fetch takes twice max_bytes at most beside
// them: what came, and the pack that is made of it.
class GitCache {
public:
  // Throws Error(unavailable) when the folder cannot be made.
  static std::unique_ptr<GitCache> create(const std::string& folder,
                                          const GitFetchOptions& options);
  virtual ~GitCache() = default;

  // Makes sure that `wants` (full object ids of commits, or ref names such as "refs/pull/7/head")
  // are there with their history and returns the repository, in which a ref has its own name. Only
  // fetches what is missing: nothing is sent when all are ids that are there. Throws Error: denied
  // (401, 403), not_found (404), unavailable (network, TLS, 5xx, a full disk), bad_input (a want
  // that the remote does not have, named; a repository name that is none).
  virtual std::unique_ptr<GitRepository> fetch(const std::string& repository,
                                               const GitRemote& remote,
                                               const std::vector<std::string>& wants) = 0;

  // The names of the refs below `prefix`, as "refs/pull/", that stand at `commit` at the remote
  // now, in its order. Nothing is fetched, and nothing is asked of the API. As long as a fetch may
  // take, and as many bytes. Throws Error as fetch does.
  virtual std::vector<std::string> refs_at(const GitRemote& remote, const std::string& prefix,
                                           const std::string& commit) = 0;

  // Sends the commits with what they need and moves the branches at the remote, each only if it
  // stands where it is expected (nothing that another wrote is overwritten). For each of `pushes`
  // "" when its branch stands at its commit now, else why the remote did not move it; none is sent
  // when one is not where it is expected. Repeating it is harmless. Throws Error: denied (401,
  // 403), not_found (404), unavailable, bad_input (no such repository here; a name that is none).
  virtual std::vector<std::string> push(const std::string& repository, const GitRemote& remote,
                                        const std::vector<BranchPush>& pushes) = 0;

  // Deletes what is kept of a repository, which need not be anything. False while it is in use:
  // to be tried again. Throws Error(unavailable).
  virtual bool forget(const std::string& repository) = 0;

  // Deletes what was unused for `keep_unused`, and holds all to max_total_bytes, also what other
  // processes have fetched, or what one that was killed has left. One that cannot be deleted holds
  // up no other. nullopt: another thread or process is at it. Throws Error(unavailable).
  virtual std::optional<CloneTotals> tidy() = 0;
};

} // namespace leadline
