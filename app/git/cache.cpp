#include "app/git/cache.hpp"

#include "app/git/file_lock.hpp"
#include "app/git/libgit2.hpp"
#include "app/git/push.hpp"
#include "app/git/remote_fetch.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>
#include <git2.h>

namespace leadline {
namespace {

namespace fs = std::filesystem;
using git::FileLock;

// A repository of the cache with the lock that keeps it from being deleted while someone reads it.
class CachedRepository final : public GitRepository {
public:
  CachedRepository(std::unique_ptr<GitRepository> repository, FileLock in_use)
      : m_in_use(std::move(in_use)), m_repository(std::move(repository)) {}

  Range resolve(const std::string& range) const override { return m_repository->resolve(range); }
  ChangeSet change_set(const Range& range) const override {
    return m_repository->change_set(range);
  }
  std::unique_ptr<FileSource> files(const Range& range) const override {
    return m_repository->files(range);
  }
  std::optional<std::string> read(const std::string& commit,
                                  const std::string& path) const override {
    return m_repository->read(commit, path);
  }
  std::string path() const override { return m_repository->path(); }

private:
  FileLock m_in_use;
  std::unique_ptr<GitRepository> m_repository;
};

bool is_name(std::string_view part, std::string_view punctuation) {
  constexpr std::size_t k_longest = 100;
  return !part.empty() && part.size() <= k_longest && part != "." && part != ".." &&
         std::all_of(part.begin(), part.end(), [&](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                  punctuation.find(c) != std::string_view::npos;
         });
}

struct Place {
  fs::path folder;   // OWNER/NAME.git
  std::string fetch; // lock: one fetch at a time
  std::string use;   // lock: shared by readers, exclusive to delete
};

class FolderCache final : public GitCache {
public:
  FolderCache(fs::path folder, GitFetchOptions options)
      : m_folder(std::move(folder)), m_options(std::move(options)) {}

  std::unique_ptr<GitRepository> fetch(const std::string& repository, const GitRemote& remote,
                                       const std::vector<std::string>& wants) override {
    git::check_wants(wants);
    const Place place = place_of(repository);
    const std::optional<FileLock> fetching =
        FileLock::take(place.fetch, FileLock::Kind::exclusive, m_options.total_timeout);
    if (!fetching) {
      throw Error(ErrorKind::unavailable, "another fetch of " + repository + " has not ended");
    }
    if (too_large(place)) {
      static_cast<void>(remove(place)); // when someone reads it, another time
    }
    if (!fetch_into(place, remote, wants)) {
      if (!remove(place)) {
        throw Error(ErrorKind::unavailable,
                    "the cached " + repository + " is broken and still being read");
      }
      if (!fetch_into(place, remote, wants)) {
        throw git::git_error(ErrorKind::unavailable, "fetching", remote.url);
      }
    }
    std::optional<FileLock> in_use =
        FileLock::take(place.use, FileLock::Kind::shared, m_options.total_timeout);
    if (!in_use) {
      throw Error(ErrorKind::unavailable, "the cached " + repository + " is locked");
    }
    return std::make_unique<CachedRepository>(GitRepository::open(place.folder.string()),
                                              std::move(*in_use));
  }

  std::vector<std::string> push(const std::string& repository, const GitRemote& remote,
                                const std::vector<BranchPush>& pushes) override {
    const Place place = place_of(repository);
    const std::optional<FileLock> in_use =
        FileLock::take(place.use, FileLock::Kind::shared, m_options.total_timeout);
    if (!in_use) {
      throw Error(ErrorKind::unavailable, "the cached " + repository + " is locked");
    }
    git::Repository opened;
    if (git_repository_open_bare(Out(opened), place.folder.string().c_str()) < 0) {
      throw git::git_error(ErrorKind::bad_input, "opening the cached", repository);
    }
    return git::push_branches(opened.get(), remote, m_options, pushes);
  }

private:
  // GitHub's names do not tell case apart; lower case also keeps one repository at one place.
  Place place_of(const std::string& repository) const {
    const std::string lower = to_lower(repository);
    const std::vector<std::string_view> parts = split(lower, '/');
    if (parts.size() != 2 || !is_name(parts[0], "-_") || !is_name(parts[1], "-_.")) {
      throw Error(ErrorKind::bad_input,
                  "repository \"" + to_valid_utf8(repository) + "\" is not of the form owner/name");
    }
    const fs::path owner = m_folder / parts[0];
    std::error_code problem;
    fs::create_directories(owner, problem);
    if (problem) {
      throw Error(ErrorKind::unavailable, "making " + owner.string() + ": " + problem.message());
    }
    const std::string stem = (owner / parts[1]).string();
    return {stem + ".git", stem + ".fetch-lock", stem + ".use-lock"};
  }

  bool too_large(const Place& place) const {
    std::uint64_t bytes = 0;
    std::size_t packs = 0;
    std::error_code problem;
    for (fs::directory_iterator at(place.folder / "objects" / "pack", problem), end;
         !problem && at != end; at.increment(problem)) {
      std::error_code unknown;
      const std::uintmax_t size = fs::file_size(at->path(), unknown);
      bytes += unknown ? 0 : size;
      packs += at->path().extension() == ".pack" ? 1 : 0;
    }
    return bytes > m_options.max_repository_bytes || packs > m_options.max_packs;
  }

  // False while someone reads it.
  static bool remove(const Place& place) {
    if (!FileLock::take(place.use, FileLock::Kind::exclusive, std::chrono::milliseconds(0))) {
      return false;
    }
    std::error_code problem;
    fs::remove_all(place.folder, problem);
    if (problem) {
      throw Error(ErrorKind::unavailable,
                  "deleting " + place.folder.string() + ": " + problem.message());
    }
    return true;
  }

  // False when the repository on disk is broken; libgit2's last error says how.
  bool fetch_into(const Place& place, const GitRemote& remote,
                  const std::vector<std::string>& wants) const {
    git::Repository repository;
    const std::string folder = place.folder.string();
    std::error_code unknown; // then opening says why
    if (fs::exists(place.folder, unknown) || unknown) {
      if (git_repository_open_bare(Out(repository), folder.c_str()) < 0) {
        return false;
      }
    } else if (git_repository_init(Out(repository), folder.c_str(), 1) < 0) {
      throw git::git_error(ErrorKind::unavailable, "making repository", folder);
    }
    return git::fetch_missing(repository.get(), remote, m_options, wants);
  }

  fs::path m_folder;
  GitFetchOptions m_options;
};

} // namespace

GitFetchOptions GitFetchOptions::from_environment() {
  GitFetchOptions options;
  options.transport = TransportOptions::from_environment();
  // A server that packs a large history is silent for a while; git's keep-alive is every 5 s.
  options.transport.read_timeout *= 2;
  return options;
}

std::unique_ptr<GitCache> GitCache::create(const std::string& folder,
                                           const GitFetchOptions& options) {
  git::start_libgit2();
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) {
    throw Error(ErrorKind::unavailable, "making " + folder + ": " + problem.message());
  }
  fs::permissions(folder, fs::perms::owner_all, problem); // private code: for us alone
  return std::make_unique<FolderCache>(fs::absolute(folder), options);
}

} // namespace leadline
