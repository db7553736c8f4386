#include "app/git/cache.hpp"
#include "app/git/clones.hpp"
#include "app/git/file_lock.hpp"
#include "app/jobs/clone_upkeep.hpp"
#include "app/store/store.hpp"
#include "base/error.hpp"
#include "tests/support/git_fixture.hpp"
#include "tests/support/git_http_server.hpp"

#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <future>
#include <thread>

#include <catch2/catch.hpp>

using namespace leadline;
using namespace leadline::test;
using namespace std::chrono_literals;

namespace {

namespace fs = std::filesystem;

// Remotes acme/a to acme/d of about the same size, and a cache beside them.
struct Remotes {
  TempFolder folder;
  GitFixture work{folder.path() / "work"};
  GitHttpServer server{{(folder.path() / "remote").string(), "", 0, "", ""}};
  fs::path cached = folder.path() / "cache";
  GitFetchOptions options;
  std::unique_ptr<GitCache> cache;
  std::string head;

  Remotes() {
    options.first_pause = 1ms;
    cache = open();
    std::string text; // that hardly packs
    for (std::uint32_t i = 1; text.size() < 60'000; ++i) {
      text += std::to_string(i * 2654435761U) + "\n";
    }
    work.write("a.ini", text);
    head = work.commit();
    for (const char* name : {"a", "b", "c", "d"}) {
      const GitFixture bare{folder.path() / "remote" / "acme" / (std::string(name) + ".git"),
                            GitFixture::Kind::bare};
      work.git({"push", "-q", bare.path().string(), "main"});
    }
  }

  // As another process would open it.
  std::unique_ptr<GitCache> open() const { return GitCache::create(cached.string(), options); }

  std::unique_ptr<GitRepository> fetch(const std::string& name, const std::string& want) {
    return cache->fetch("acme/" + name, {server.url() + "/acme/" + name + ".git", {}}, {want});
  }
  void fetch(const std::string& name) { fetch(name, head); }

  bool has(const std::string& name) const {
    return fs::exists(cached / "acme" / (name + ".git") / "HEAD");
  }
  fs::path use_lock(const std::string& name) const {
    return cached / "acme" / (name + ".use-lock");
  }
  void set_used(const std::string& name, std::chrono::hours ago) const {
    fs::last_write_time(use_lock(name), fs::file_time_type::clock::now() - ago);
  }
};

bool holds_nothing(const fs::path& folder) {
  return !fs::exists(folder) || fs::directory_iterator(folder) == fs::directory_iterator();
}

// A process that holds a lock until this goes.
class LockingProcess {
public:
  LockingProcess(const fs::path& lock, int kind) {
    int ready[2] = {};
    REQUIRE(::pipe(ready) == 0);
    const std::string path = lock.string();
    m_child = ::fork();
    if (m_child == 0) {
      const int file = ::open(path.c_str(), O_RDWR | O_CREAT, 0600);
      if (file < 0 || ::flock(file, kind) != 0 || ::write(ready[1], "x", 1) != 1) {
        ::_exit(1);
      }
      ::pause();
      ::_exit(0);
    }
    ::close(ready[1]);
    char byte = 0;
    REQUIRE(::read(ready[0], &byte, 1) == 1);
    ::close(ready[0]);
  }
  ~LockingProcess() {
    ::kill(m_child, SIGKILL);
    ::waitpid(m_child, nullptr, 0);
  }
  LockingProcess(const LockingProcess&) = delete;
  LockingProcess& operator=(const LockingProcess&) = delete;

private:
  pid_t m_child = -1;
};

} // namespace

TEST_CASE("the clones together take no more than their bound, the least recently used go first",
          "[git_cache]") {
  Remotes remotes;
  remotes.fetch("a");
  const auto one = remotes.cache->tidy();
  REQUIRE(one);
  CHECK(one->clones == 1);
  CHECK(one->bytes > 10'000);
  remotes.options.max_total_bytes = one->bytes * 7 / 2; // three of them
  remotes.cache = remotes.open();
  remotes.fetch("b");
  remotes.fetch("c");
  CHECK(remotes.has("a"));
  remotes.set_used("a", 3h);
  remotes.set_used("b", 5h);
  remotes.set_used("c", 4h);
  remotes.fetch("b"); // sends nothing, and is a use
  remotes.fetch("d");
  CHECK(remotes.has("a"));
  CHECK(remotes.has("b"));
  CHECK_FALSE(remotes.has("c"));
  CHECK(remotes.has("d"));
  CHECK_FALSE(fs::exists(remotes.use_lock("c")));
  CHECK(holds_nothing(remotes.cached / ".deleted"));
  const auto now = remotes.cache->tidy();
  REQUIRE(now);
  CHECK(now->clones == 3);
  CHECK(now->bytes <= remotes.options.max_total_bytes);
  remotes.fetch("c"); // it is fetched again as if it had never been there
  CHECK(remotes.has("c"));
}

TEST_CASE("a clone in use is never deleted, in whichever process it is", "[git_cache]") {
  Remotes remotes;
  remotes.options.max_total_bytes = 1;
  remotes.cache = remotes.open();
  {
    const auto reader = remotes.fetch("a", remotes.head);
    remotes.fetch("b");
    CHECK(remotes.has("a"));
    const auto other = remotes.open();
    CHECK_FALSE(other->forget("acme/a"));
    CHECK(other->tidy()->bytes > 1);
    CHECK(reader->read(remotes.head, "a.ini"));
  }
  CHECK_FALSE(remotes.has("b")); // by that tidy(): nobody used it
  {
    const LockingProcess reader(remotes.use_lock("a"), LOCK_SH);
    CHECK(remotes.cache->tidy()->clones == 1);
    CHECK_FALSE(remotes.cache->forget("acme/a"));
  }
  {
    const LockingProcess fetcher(remotes.cached / "acme" / "a.fetch-lock", LOCK_EX);
    CHECK(remotes.cache->tidy()->clones == 1);
    CHECK_FALSE(remotes.cache->forget("acme/a"));
  }
  {
    const LockingProcess tidying(remotes.cached / ".tidy-lock", LOCK_EX);
    CHECK_FALSE(remotes.cache->tidy());
  }
  CHECK(remotes.has("a"));
  CHECK(remotes.cache->tidy()->deleted == 1);
  CHECK_FALSE(remotes.has("a"));
}

TEST_CASE("what was in use beyond the bound goes before more is fetched", "[git_cache]") {
  Remotes remotes;
  remotes.options.max_total_bytes = 1;
  std::vector<std::string> there; // when it was asked what the disk has free: before each fetch
  remotes.options.disk = [&](const std::string& path) {
    there.clear();
    for (const char* name : {"a", "b", "c"}) {
      if (remotes.has(name)) {
        there.emplace_back(name);
      }
    }
    return disk_space(path);
  };
  remotes.cache = remotes.open();
  auto one = remotes.fetch("a", remotes.head);
  const auto other = remotes.fetch("b", remotes.head);
  CHECK(remotes.has("a"));
  one.reset();
  remotes.fetch("c");
  CHECK(there == std::vector<std::string>{"b", "c"}); // of c an empty repository, to fetch into
  CHECK(other->read(remotes.head, "a.ini"));
}

TEST_CASE("what nobody uses any more is deleted, and what was left half deleted", "[git_cache]") {
  Remotes remotes;
  remotes.fetch("a");
  remotes.fetch("b");
  CHECK_THROWS_AS(remotes.fetch("gone"), Error); // leaves its locks and an empty repository
  remotes.set_used("a", 24h * 14 + 1h);
  remotes.set_used("b", 24h * 14 - 1h);
  fs::last_write_time(remotes.cached / "acme" / "gone.fetch-lock",
                      fs::file_time_type::clock::now() - 24h * 15);
  std::ofstream(remotes.cached / "acme" / "never.fetch-lock"); // as one that got no further
  fs::last_write_time(remotes.cached / "acme" / "never.fetch-lock",
                      fs::file_time_type::clock::now() - 24h * 15);
  fs::remove(remotes.use_lock("gone"));
  fs::create_directories(remotes.cached / ".deleted" / "1-2-3" / "objects");
  const auto totals = remotes.cache->tidy();
  REQUIRE(totals);
  CHECK(totals->deleted == 2);
  CHECK(totals->clones == 1);
  CHECK_FALSE(remotes.has("a"));
  CHECK(remotes.has("b"));
  CHECK_FALSE(remotes.has("gone"));
  CHECK_FALSE(fs::exists(remotes.cached / "acme" / "never.fetch-lock"));
  CHECK_FALSE(fs::exists(remotes.cached / "acme" / "gone.fetch-lock"));
  CHECK(holds_nothing(remotes.cached / ".deleted"));
}

TEST_CASE("of a forgotten repository not even its name is left", "[git_cache]") {
  Remotes remotes;
  remotes.fetch("a");
  CHECK(remotes.cache->forget("ACME/A"));
  CHECK_FALSE(fs::exists(remotes.cached / "acme"));
  CHECK(remotes.cache->forget("acme/a"));
  CHECK(remotes.cache->forget("../cache"));
  CHECK_FALSE(fs::exists(remotes.cached / "acme"));
  remotes.fetch("a");
  CHECK(remotes.has("a"));
}

TEST_CASE("the loose objects that a push has made count", "[git_cache]") {
  Remotes remotes;
  remotes.fetch("a");
  const std::uint64_t before = remotes.cache->tidy()->bytes;
  const fs::path loose = remotes.cached / "acme" / "a.git" / "objects" / "ab";
  fs::create_directories(loose);
  std::ofstream(loose / std::string(38, 'c')) << std::string(100'000, 'x');
  remotes.work.write("b.ini", "x = 1\n");
  const std::string head = remotes.work.commit();
  remotes.work.git(
      {"push", "-q", (remotes.folder.path() / "remote" / "acme" / "a.git").string(), "main"});
  remotes.fetch("a", head);
  CHECK(remotes.cache->tidy()->bytes >= before + 100'000);
}

TEST_CASE("what a fetch that was killed has left counts, and goes with the next one",
          "[git_cache]") {
  Remotes remotes;
  remotes.fetch("a");
  const std::uint64_t before = remotes.cache->tidy()->bytes;
  const fs::path packs = remotes.cached / "acme" / "a.git" / "objects" / "pack";
  std::ofstream(packs / "pack_git2_ab12CD") << std::string(200'000, 'x');
  CHECK(remotes.cache->tidy()->bytes >= before + 200'000 - 10'000); // loose objects are not packs
  remotes.fetch("a");
  CHECK_FALSE(fs::exists(packs / "pack_git2_ab12CD"));
  CHECK(remotes.cache->tidy()->bytes == before);
}

TEST_CASE("a clone that cannot be deleted holds up no other, and is told", "[git_cache]") {
  Remotes remotes;
  for (const char* name : {"a", "b", "c"}) {
    remotes.fetch(name);
  }
  remotes.set_used("a", 24h * 20);
  remotes.set_used("b", 24h * 19);
  fs::remove(remotes.use_lock("a"));
  fs::create_directory(remotes.use_lock("a")); // no lock can be had of it
  fs::last_write_time(remotes.use_lock("a"), fs::file_time_type::clock::now() - 24h * 20);
  const auto totals = remotes.cache->tidy();
  REQUIRE(totals);
  CHECK(totals->deleted == 1);
  CHECK(totals->problem.find("a.use-lock") != std::string::npos);
  CHECK(remotes.has("a"));
  CHECK_FALSE(remotes.has("b"));

  const auto store = open_sqlite_store((remotes.folder.path() / "s.sqlite").string());
  spdlog::logger logger("test", std::make_shared<spdlog::sinks::null_sink_mt>());
  store->forget("acme/a");
  store->forget("acme/c");
  CloneUpkeep upkeep(*remotes.cache, *store, logger);
  CHECK_NOTHROW(upkeep.look());
  CHECK_FALSE(remotes.has("c"));
  fs::remove(remotes.use_lock("a"));
  upkeep.look();
  CHECK_FALSE(remotes.has("a"));
}

TEST_CASE("clones go before the disk is full, and then a fetch says what is missing",
          "[git_cache]") {
  Remotes remotes;
  std::uint64_t disk_bytes = 100'000'000;
  remotes.options.keep_free_bytes = 100'000'000;
  const auto used = [&] { // what a disk of that size would have in it
    std::uint64_t bytes = 0;
    for (const auto& entry : fs::recursive_directory_iterator(remotes.cached)) {
      bytes +=
          entry.is_regular_file() && entry.path().extension() == ".pack" ? entry.file_size() : 0;
    }
    return bytes;
  };
  remotes.options.disk = [&](const std::string& path) {
    CHECK(path == remotes.cached.string());
    const std::uint64_t taken = used();
    return DiskSpace{disk_bytes, disk_bytes - std::min(disk_bytes, taken)};
  };
  remotes.cache = remotes.open();
  remotes.fetch("a");
  remotes.fetch("b");
  remotes.set_used("a", 3h);
  remotes.set_used("b", 5h);
  disk_bytes = used(); // nothing is free, and a tenth of it is kept
  remotes.fetch("c");
  CHECK(remotes.has("a"));
  CHECK_FALSE(remotes.has("b")); // the least recently used
  CHECK(remotes.has("c"));

  // Others have filled it: what is here is still read, what is not waits.
  remotes.options.disk = [](const std::string&) { return DiskSpace{10UL << 30U, 1UL << 20U}; };
  remotes.options.keep_free_bytes = 100UL << 20U;
  remotes.cache = remotes.open();
  remotes.fetch("a");
  CHECK(remotes.has("c"));
  try {
    remotes.fetch("d");
    FAIL("fetched");
  } catch (const Error& e) {
    CHECK(e.kind() == ErrorKind::unavailable);
    CHECK_THAT(e.what(),
               Catch::Contains("lacks 100 MiB") && Catch::Contains("LEADLINE_GIT_CACHE_MB"));
  }
  CHECK_FALSE(remotes.has("a"));
  CHECK_FALSE(remotes.has("d"));
  CHECK(disk_space("/").all_bytes > disk_space("/").free_bytes);
  CHECK_THROWS_AS(disk_space("/no/such/folder"), Error);
}

TEST_CASE("who needs room waits for the one that is making it", "[git_cache]") {
  Remotes remotes;
  std::atomic<bool> is_full = false;
  remotes.options.disk = [&](const std::string&) {
    return DiskSpace{1UL << 40U, is_full ? 0 : 1UL << 40U};
  };
  remotes.cache = remotes.open();
  remotes.fetch("a");
  is_full = true;
  auto other = git::FileLock::take((remotes.cached / ".tidy-lock").string(),
                                   git::FileLock::Kind::exclusive, 0ms);
  REQUIRE(other);
  auto fetched = std::async(std::launch::async, [&] { remotes.fetch("b"); });
  CHECK(fetched.wait_for(200ms) == std::future_status::timeout); // it does not fail either
  is_full = false;
  other.reset();
  CHECK_NOTHROW(fetched.get());
  CHECK(remotes.has("a"));
  CHECK(remotes.has("b"));
}

TEST_CASE("who waits for a lock whose file is deleted holds the one that others see",
          "[git_cache]") {
  const TempFolder folder;
  const std::string path = (folder.path() / "owner" / "lock").string();
  using git::FileLock;
  auto first = FileLock::take(path, FileLock::Kind::exclusive, 0ms);
  REQUIRE(first);
  std::promise<void> begun;
  auto second = std::async(std::launch::async, [&] {
    begun.set_value();
    return FileLock::take(path, FileLock::Kind::exclusive, 20s);
  });
  begun.get_future().wait();
  std::this_thread::sleep_for(100ms); // so that it has most likely opened the file
  fs::remove_all(folder.path() / "owner");
  first.reset();
  const auto held = second.get();
  REQUIRE(held);
  CHECK(fs::exists(path));
  CHECK_FALSE(FileLock::take(path, FileLock::Kind::exclusive, 0ms));
}

TEST_CASE("each server deletes its clone of a repository that the App was taken from",
          "[git_cache]") {
  Remotes remotes;
  const auto store = open_sqlite_store((remotes.folder.path() / "s.sqlite").string());
  spdlog::logger logger("test", std::make_shared<spdlog::sinks::null_sink_mt>());
  remotes.fetch("a");
  remotes.fetch("b");
  CloneUpkeep here(*remotes.cache, *store, logger);
  here.look();
  CHECK(remotes.has("a"));

  store->forget("acme/a"); // heard by whichever server
  store->forget("no name");
  {
    const auto reader = remotes.fetch("a", remotes.head);
    here.look();
    CHECK(remotes.has("a"));
  }
  here.look();
  CHECK_FALSE(remotes.has("a"));
  CHECK(remotes.has("b"));

  remotes.fetch("a"); // the App has it back
  here.look();
  CHECK(remotes.has("a"));
  store->move_publications("acme/b", "acme/c");
  here.look();
  CHECK_FALSE(remotes.has("b"));

  remotes.fetch("b"); // another server, which was away
  CloneUpkeep there(*remotes.cache, *store, logger);
  there.look();
  CHECK_FALSE(remotes.has("b"));
}
