#include "app/git/cache.hpp"

#include "app/git/clones.hpp"
#include "app/git/file_lock.hpp"
#include "app/git/libgit2.hpp"
#include "app/git/push.hpp"
#include "app/git/remote_fetch.hpp"
#include "app/git/remote_refs.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <limits>

#include <fmt/format.h>
#include <git2.h>

#include <sys/statvfs.h>

namespace leadline {
namespace {

namespace fs = std::filesystem;
using git::ClonePlace;
using git::Clones;
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

class FolderCache final : public GitCache {
public:
  FolderCache(const fs::path& folder, GitFetchOptions options)
      : m_folder(folder.string()), m_clones(folder), m_options(std::move(options)) {}

  std::unique_ptr<GitRepository> fetch(const std::string& repository, const GitRemote& remote,
                                       const std::vector<std::string>& wants) override {
    git::check_wants(wants);
    const ClonePlace place = place_of(repository);
    std::optional<FileLock> fetching =
        FileLock::take(place.fetch_lock, FileLock::Kind::exclusive, m_options.total_timeout);
    if (!fetching) {
      throw Error(ErrorKind::unavailable, "another fetch of " + repository + " has not ended");
    }
    Clones::delete_leftovers(place);
    if (is_too_large(place)) {
      static_cast<void>(m_clones.remove(place)); // when someone reads it, another time
    }
    const Clones::Packs before = Clones::packs_of(place);
    if (!fetch_into(place, remote, wants)) {
      if (!m_clones.remove(place)) {
        throw Error(ErrorKind::unavailable,
                    "the cached " + repository + " is broken and still being read");
      }
      if (!fetch_into(place, remote, wants)) {
        throw git::git_error(ErrorKind::unavailable, "fetching", remote.url);
      }
    }
    std::optional<FileLock> in_use =
        FileLock::take(place.use_lock, FileLock::Kind::shared, m_options.total_timeout);
    if (!in_use) {
      throw Error(ErrorKind::unavailable, "the cached " + repository + " is locked");
    }
    Clones::note_use(place);
    auto cached = std::make_unique<CachedRepository>(GitRepository::open(place.folder.string()),
                                                     std::move(*in_use));
    const std::uint64_t grown = grown_since(before, place);
    fetching.reset();
    if (grown > 0) {
      m_total_bytes += grown;
      hold_to_total();
    }
    return cached;
  }

  std::vector<std::string> refs_at(const GitRemote& remote, const std::string& prefix,
                                   const std::string& commit) override {
    return git::refs_at(remote, m_options, m_folder, prefix, commit);
  }

  std::vector<std::string> push(const std::string& repository, const GitRemote& remote,
                                const std::vector<BranchPush>& pushes) override {
    const ClonePlace place = place_of(repository);
    const std::optional<FileLock> in_use =
        FileLock::take(place.use_lock, FileLock::Kind::shared, m_options.total_timeout);
    if (!in_use) {
      throw Error(ErrorKind::unavailable, "the cached " + repository + " is locked");
    }
    git::Repository opened;
    if (git_repository_open_bare(Out(opened), place.folder.string().c_str()) < 0) {
      throw git::git_error(ErrorKind::bad_input, "opening the cached", repository);
    }
    return git::push_branches(opened.get(), remote, m_options, pushes);
  }

  bool forget(const std::string& repository) override {
    const std::optional<ClonePlace> place = m_clones.place_of(repository);
    return !place || m_clones.forget(*place);
  }

  std::optional<CloneTotals> tidy() override {
    return tidy_to(m_options.max_total_bytes, std::chrono::milliseconds{0});
  }

private:
  std::optional<CloneTotals> tidy_to(std::uint64_t max_bytes, std::chrono::milliseconds wait) {
    const std::optional<CloneTotals> totals =
        m_clones.tidy(std::chrono::system_clock::now() - m_options.keep_unused, max_bytes, wait);
    if (totals) {
      m_total_bytes = totals->bytes;
    }
    return totals;
  }

  // What the disk is short of.
  std::uint64_t missing_bytes() const {
    const DiskSpace disk = m_options.disk(m_clones.folder().string());
    const std::uint64_t kept = std::min(m_options.keep_free_bytes, disk.all_bytes / 10);
    return kept - std::min(kept, disk.free_bytes);
  }

  // The disk may hold the database as well: what a fetch could not write is harmless there only.
  // Clones go first, even where they are not enough, and then the job has to wait until somebody
  // makes room. Who finds another one at it looks again once that is done.
  void make_room() {
    hold_to_total(); // what the jobs before needed is not kept beside what the next ones fetch
    std::uint64_t missing = missing_bytes();
    if (missing == 0) {
      return;
    }
    const std::chrono::milliseconds wait = m_options.total_timeout;
    auto now = tidy_to(std::numeric_limits<std::uint64_t>::max(), wait); // what nobody uses
    for (missing = missing_bytes(); missing > 0; missing = missing_bytes()) {
      const auto after = now ? tidy_to(now->bytes - std::min(now->bytes, missing), wait) : now;
      if (missing_bytes() > 0 && (!after || after->bytes >= now->bytes)) {
        throw Error(ErrorKind::unavailable,
                    fmt::format("the disk of the Git cache lacks {} MiB of what is kept free there "
                                "for all else, and no clone can go: give it room, or less to "
                                "LEADLINE_GIT_CACHE_MB",
                                (missing >> 20U) + 1));
      }
      now = after;
    }
  }

  ClonePlace place_of(const std::string& repository) const {
    const std::optional<ClonePlace> place = m_clones.place_of(repository);
    if (!place) {
      throw Error(ErrorKind::bad_input,
                  "repository \"" + to_valid_utf8(repository) + "\" is not of the form owner/name");
    }
    return *place;
  }

  bool is_too_large(const ClonePlace& place) const {
    const Clones::Packs packs = Clones::packs_of(place);
    return std::max(packs.bytes, Clones::noted_bytes(place).value_or(0)) >
               m_options.max_repository_bytes ||
           packs.count > m_options.max_packs;
  }

  // Loose objects, which pushes make, are counted only when there is something new.
  static std::uint64_t grown_since(const Clones::Packs& before, const ClonePlace& place) {
    const Clones::Packs now = Clones::packs_of(place);
    const std::optional<std::uint64_t> noted = Clones::noted_bytes(place);
    if (noted && *noted >= now.bytes && now.bytes == before.bytes) {
      return 0;
    }
    const std::uint64_t bytes = Clones::measure(place);
    return bytes - std::min(bytes, noted.value_or(0));
  }

  // All clones are looked at only when this process has fetched enough for one to go; what others
  // fetch into the folder meanwhile is found by tidy().
  void hold_to_total() {
    if (m_total_bytes <= m_options.max_total_bytes) {
      return;
    }
    try {
      tidy();
    } catch (const Error&) {
      // What cannot be deleted is no failure of this fetch; who calls tidy() is told.
    }
  }

  // False when the repository on disk is broken; libgit2's last error says how.
  bool fetch_into(const ClonePlace& place, const GitRemote& remote,
                  const std::vector<std::string>& wants) {
    git::Repository repository;
    const std::string folder = place.folder.string();
    std::error_code unknown; // then opening says why
    if (fs::exists(place.folder, unknown) || unknown) {
      if (git_repository_open_bare(Out(repository), folder.c_str()) < 0) {
        return false;
      }
    } else {
      make_room(); // before an empty clone stands there for nothing
      if (git_repository_init(Out(repository), folder.c_str(), 1) < 0) {
        throw git::git_error(ErrorKind::unavailable, "making repository", folder);
      }
    }
    return git::fetch_missing(repository.get(), remote, m_options, wants, [this] { make_room(); });
  }

  const std::string m_folder;
  const Clones m_clones;
  const GitFetchOptions m_options;
  // Of all clones, as far as this process knows: at first nothing, so that it looks.
  std::atomic<std::uint64_t> m_total_bytes = std::numeric_limits<std::uint64_t>::max() / 2;
};

} // namespace

DiskSpace disk_space(const std::string& path) {
  struct statvfs disk {};
  if (::statvfs(path.c_str(), &disk) != 0) {
    throw Error(ErrorKind::unavailable,
                "asking for the room at " + path + ": " + std::strerror(errno));
  }
  return {std::uint64_t{disk.f_blocks} * disk.f_frsize,
          std::uint64_t{disk.f_bavail} * disk.f_frsize};
}

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
