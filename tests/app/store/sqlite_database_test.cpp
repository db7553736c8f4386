#include "app/store/sql_database.hpp"
#include "app/store/sql_store.hpp"
#include "app/store/store.hpp"
#include "base/error.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>
#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

using namespace leadline;
using namespace std::chrono_literals;
using leadline::tests::TemporaryFolder;

namespace {

// A disk that takes what is written and, while it stands still, does not say that it is safe
// (https://www.sqlite.org/vfs.html).
class StandingDisk {
public:
  StandingDisk() : m_vfs(*sqlite3_vfs_find(nullptr)) {
    s_real = sqlite3_vfs_find(nullptr);
    s_stands = false;
    m_vfs.zName = "standing";
    m_vfs.xOpen = open;
    sqlite3_vfs_register(&m_vfs, 1);
  }
  ~StandingDisk() {
    go_on();
    sqlite3_vfs_register(s_real, 1);
    sqlite3_vfs_unregister(&m_vfs);
  }
  StandingDisk(const StandingDisk&) = delete;
  StandingDisk& operator=(const StandingDisk&) = delete;

  void stand_still() {
    const std::lock_guard lock(s_mutex);
    s_stands = true;
  }
  void go_on() {
    {
      const std::lock_guard lock(s_mutex);
      s_stands = false;
    }
    s_changed.notify_all();
  }
  // How often the log was made safe.
  static int syncs() {
    const std::lock_guard lock(s_mutex);
    return s_syncs;
  }

private:
  static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
    const int result = s_real->xOpen(s_real, name, file, flags, out);
    if (result == SQLITE_OK && (flags & SQLITE_OPEN_WAL) != 0) {
      s_methods = *file->pMethods;
      s_sync = s_methods.xSync;
      s_methods.xSync = sync;
      file->pMethods = &s_methods;
    }
    return result;
  }
  static int sync(sqlite3_file* file, int flags) {
    {
      std::unique_lock lock(s_mutex);
      s_changed.wait(lock, [] { return !s_stands; });
      ++s_syncs;
    }
    return s_sync(file, flags);
  }

  static inline sqlite3_vfs* s_real = nullptr;
  static inline sqlite3_io_methods s_methods{};
  static inline int (*s_sync)(sqlite3_file*, int) = nullptr;
  static inline std::mutex s_mutex;
  static inline std::condition_variable s_changed;
  static inline bool s_stands = false;
  static inline int s_syncs = 0;
  sqlite3_vfs m_vfs;
};

// All of a session but what a test replaces.
class OtherSession : public SqlSession {
public:
  explicit OtherSession(SqlSession& real) : m_real(real) {}
  std::vector<SqlRow> query(const std::string& sql, const std::vector<SqlValue>& values) override {
    return m_real.query(sql, values);
  }
  std::size_t execute(const std::string& sql, const std::vector<SqlValue>& values) override {
    return m_real.execute(sql, values);
  }
  void script(const std::string& sql) override { m_real.script(sql); }
  std::string_view for_update() const override { return m_real.for_update(); }
  std::string_view skip_locked() const override { return m_real.skip_locked(); }
  std::string_view identity_type() const override { return m_real.identity_type(); }
  void continue_numbering(const std::string& table) override { m_real.continue_numbering(table); }
  std::string find_damage() override { return m_real.find_damage(); }
  bool has_table(const std::string& name) override { return m_real.has_table(name); }
  void lock_schema() override { m_real.lock_schema(); }
  std::string_view clock() const override { return m_real.clock(); }

private:
  SqlSession& m_real;
};

// A database with a clock of its own, which cannot be read while `away`.
struct OtherDatabase final : SqlDatabase {
  struct Session final : OtherSession {
    using OtherSession::OtherSession;
    std::string_view clock() const override { return "SELECT 5000"; }
  };
  OtherDatabase(const std::string& path, const std::atomic<bool>& is_away)
      : real(open_sqlite(path)), away(is_away) {}
  void write(const Work& work, Patience patience) override {
    real->write(
        [&](SqlSession& session) {
          Session other(session);
          work(other);
        },
        patience);
  }
  void read(const Work& work, Patience patience) override {
    if (away) {
      throw Error(ErrorKind::unavailable, "database: reading: it does not answer");
    }
    real->read(work, patience);
  }
  const std::unique_ptr<SqlDatabase> real;
  const std::atomic<bool>& away;
};

void insert(SqlDatabase& database, int number) {
  database.write([&](SqlSession& session) {
    session.execute("INSERT INTO numbers (number) VALUES ($1)", {std::int64_t{number}});
  });
}

} // namespace

TEST_CASE("writers that come together wait for the disk once, not one behind the other",
          "[sqlite]") {
  const TemporaryFolder folder;
  const StandingDisk disk;
  const auto database = open_sqlite((folder.path() / "s.sqlite").string(), 60s);
  database->write([](SqlSession& session) { session.script("CREATE TABLE numbers (number)"); });
  constexpr int k_writers = 64;
  const int before = StandingDisk::syncs();
  insert(*database, 0);
  CHECK(StandingDisk::syncs() == before + 1); // each that is alone
  std::atomic<int> come = 0;
  std::vector<std::thread> threads;
  database->write([&](SqlSession&) { // while it writes they queue up
    for (int number = 1; number <= k_writers; ++number) {
      threads.emplace_back([&, number] {
        ++come;
        insert(*database, number);
      });
    }
    while (come < k_writers) {
      std::this_thread::sleep_for(1ms);
    }
    std::this_thread::sleep_for(300ms);
  });
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(StandingDisk::syncs() < before + k_writers / 2); // one or two, were it not for stragglers
  std::size_t rows = 0;
  database->read(
      [&](SqlSession& session) { rows = session.query("SELECT number FROM numbers", {}).size(); });
  CHECK(rows == k_writers + 1);
}

TEST_CASE("on a disk that stands still all writers but one are told so in time", "[sqlite]") {
  const TemporaryFolder folder;
  StandingDisk disk;
  const auto database = open_sqlite((folder.path() / "s.sqlite").string(), 3s);
  database->write([](SqlSession& session) { session.script("CREATE TABLE numbers (number)"); });
  constexpr int k_writers = 7;
  std::atomic<int> refused = 0;
  std::atomic<int> done = 0;
  std::vector<std::thread> threads;
  const auto write = [&](int number) {
    try {
      insert(*database, number);
      ++done;
    } catch (const Error& e) {
      refused += e.kind() == ErrorKind::unavailable ? 1 : 0;
    }
  };
  // While this one writes the others queue up, to become one group, whose leader the disk holds.
  database->write([&](SqlSession&) {
    for (int number = 1; number <= k_writers; ++number) {
      threads.emplace_back(write, number);
    }
    std::this_thread::sleep_for(300ms);
    disk.stand_still();
    disk.go_on(); // for this one
  });
  disk.stand_still();
  for (int number = k_writers + 1; number <= 2 * k_writers; ++number) {
    threads.emplace_back(write, number);
  }
  for (int i = 0; i < 6000 && refused + done < 2 * k_writers - 1; ++i) {
    std::this_thread::sleep_for(10ms);
  }
  CHECK(refused + done >= 2 * k_writers - 1);
  CHECK(refused >= k_writers - 1);
  std::size_t read = 0; // who reads needs no disk that writes
  CHECK_NOTHROW(database->read(
      [&](SqlSession& session) { read = session.query("SELECT number FROM numbers", {}).size(); }));
  disk.go_on();
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(refused + done == 2 * k_writers);
  CHECK_NOTHROW(insert(*database, 100)); // and it goes on
}

TEST_CASE("a work that takes long holds up none of its group beyond the time of each", "[sqlite]") {
  const TemporaryFolder folder;
  const auto database = open_sqlite((folder.path() / "s.sqlite").string(), 1s);
  database->write([](SqlSession& session) { session.script("CREATE TABLE numbers (number)"); });
  constexpr int k_writers = 6;
  std::atomic<int> refused = 0;
  std::atomic<int> done = 0;
  std::atomic<bool> is_slow = true; // the first of the group, whichever it is
  std::vector<std::thread> threads;
  const auto write = [&](int number) {
    try {
      database->write([&](SqlSession& session) {
        session.execute("INSERT INTO numbers (number) VALUES ($1)", {std::int64_t{number}});
        for (int i = 0; is_slow && i < 3000 && refused < k_writers - 2; ++i) {
          std::this_thread::sleep_for(10ms);
        }
        is_slow = false;
      });
      ++done;
    } catch (const Error& e) {
      refused += e.kind() == ErrorKind::unavailable ? 1 : 0;
    }
  };
  database->write(
      [&](SqlSession&) { // while it writes they queue up
        for (int number = 1; number <= k_writers; ++number) {
          threads.emplace_back(write, number);
        }
        std::this_thread::sleep_for(300ms);
      },
      Patience::later);
  for (std::thread& thread : threads) {
    thread.join();
  }
  // All but whose work it was and, if that is another one, who leads.
  CHECK(refused >= k_writers - 2);
  CHECK(refused + done == k_writers);
  std::size_t rows = 0; // what was refused before it was begun is not done behind its back
  database->read(
      [&](SqlSession& session) { rows = session.query("SELECT number FROM numbers", {}).size(); });
  CHECK(rows >= static_cast<std::size_t>(done));
  CHECK(rows <= 2);
}

TEST_CASE("a lock that another process holds is waited for no longer than there is time",
          "[sqlite]") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "s.sqlite").string();
  const auto database = open_sqlite(path, 200ms);
  database->write([](SqlSession& session) { session.script("CREATE TABLE numbers (number)"); });
  sqlite3* other = nullptr;
  REQUIRE(sqlite3_open(path.c_str(), &other) == SQLITE_OK);
  REQUIRE(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr) == SQLITE_OK);
  // The quickest of several, as this machine may have other things to do.
  auto quickest = std::chrono::steady_clock::duration::max();
  for (int i = 0; i < 5 && quickest >= 4s; ++i) {
    const auto began = std::chrono::steady_clock::now();
    CHECK_THROWS_AS(insert(*database, 1), Error);
    quickest = std::min(quickest, std::chrono::steady_clock::now() - began);
  }
  CHECK(quickest < 4s); // SQLite would wait for five
  // Who has more time goes on when the lock is free.
  std::thread patient([&] {
    database->write(
        [](SqlSession& session) {
          session.execute("INSERT INTO numbers (number) VALUES ($1)", {std::int64_t{2}});
        },
        Patience::later);
  });
  std::this_thread::sleep_for(300ms);
  REQUIRE(sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr) == SQLITE_OK);
  patient.join();
  sqlite3_close(other);
  CHECK_NOTHROW(insert(*database, 3));
}

TEST_CASE("a database that cannot be read now is not said to be damaged", "[sqlite]") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "s.sqlite").string();
  std::atomic<bool> away = false;
  const auto store = make_sql_store(std::make_unique<OtherDatabase>(path, away), {});
  away = true;
  CHECK_THROWS_AS(store->find_damage(), Error);
  away = false;
  CHECK(store->find_damage().empty());
}

TEST_CASE("a page that is damaged is found", "[sqlite]") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "s.sqlite").string();
  {
    const auto store = open_sqlite_store(path);
    for (int i = 0; i < 300; ++i) {
      store->record_delivery({std::to_string(i), "e", "o/r", TimePoint{}}, {});
    }
  }
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(-4096, std::ios::end);
    file << std::string(4096, 'x');
  }
  CHECK_FALSE(open_sqlite_store(path)->find_damage().empty());
}

TEST_CASE("when a row was written is told by the clock of the database", "[sqlite]") {
  const TemporaryFolder folder;
  const std::atomic<bool> away = false;
  const auto store = make_sql_store(
      std::make_unique<OtherDatabase>((folder.path() / "s.sqlite").string(), away), {});
  store->save_check_run("o/r", "aa", 7, {CheckRunState::Step::queued, "key"});
  CHECK(store->open_check_runs(TimePoint(5000ms), 10).empty());
  CHECK(store->open_check_runs(TimePoint(5001ms), 10).size() == 1);
  store->forget("o/gone");
  CHECK(store->forgotten_repositories().at(0).at == TimePoint(5000ms));
  store->save_report("o/r", 7, "aa", "{}");
  CHECK(store->prune_reports(TimePoint(5000ms)) == 0);
  CHECK(store->prune_reports(TimePoint(5001ms)) == 1);
}
