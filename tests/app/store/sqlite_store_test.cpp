#include "app/store/sql_database.hpp"
#include "app/store/store_copy.hpp"
#include "base/error.hpp"
#include "tests/app/store/store_contract.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>

using namespace leadline;
using namespace leadline::tests;
using namespace std::chrono_literals;

namespace {

struct Database {
  TemporaryFolder folder;
  std::string path = (folder.path() / "data" / "leadline.sqlite").string();
  std::unique_ptr<Store> open() const { return open_store("sqlite:" + path); }
};

Job some_job(const std::string& delivery) {
  Job job;
  job.repository = "o/r";
  job.pull_number = 7;
  job.kind = JobKind::command;
  job.delivery_id = delivery;
  return job;
}

std::string error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& e) {
    CHECK(e.kind() == ErrorKind::unavailable);
    return e.what();
  }
  return "no error";
}

unsigned mode_of(const std::string& path) {
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  return status.st_mode & 0777U;
}

} // namespace

TEST_CASE("the SQLite store keeps the contract of stores", "[store]") {
  const Database database;
  const OpenStore open = [&] { return database.open(); };
  for (const ContractPart& part : k_contract) {
    DYNAMIC_SECTION(part.what) { part.check(open); }
  }
  SECTION("moving") { check_move("sqlite:" + database.path); }
  SECTION("a rolling upgrade") {
    check_rolling_upgrade([&] { return open_sqlite(database.path); }, open);
  }
}

TEST_CASE("only the owner can read the database", "[store]") {
  const Database database;
  const auto store = database.open();
  store->record_delivery({"d1", "e", "o/r", TimePoint{}}, {});
  CHECK(mode_of(database.path) == 0600);
  CHECK(mode_of(database.path + "-wal") == 0600);
  CHECK(mode_of(database.folder.path() / "data") == 0700);
}

TEST_CASE("a database that others can read is closed to them when it is opened", "[store]") {
  const Database database;
  database.open()->check_writable();
  REQUIRE(::chmod(database.path.c_str(), 0664) == 0);
  const auto store = database.open();
  CHECK(mode_of(database.path) == 0600);
  store->check_writable();
  REQUIRE(::chmod((database.path + "-wal").c_str(), 0644) == 0);
  database.open();
  CHECK(mode_of(database.path + "-wal") == 0600);
  if (::geteuid() == 0) { // another user can neither mend it nor be trusted with it
    REQUIRE(::chmod(database.path.c_str(), 0666) == 0);
    REQUIRE(::chmod(database.folder.path().c_str(), 0755) == 0);
    REQUIRE(::chmod((database.folder.path() / "data").c_str(), 0777) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
      int result = 1;
      try {
        if (::setuid(65534) == 0) {
          open_sqlite(database.path);
        }
      } catch (const Error& e) {
        result = e.kind() == ErrorKind::bad_input ? 0 : 2;
      }
      ::_exit(result);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
  }
}

TEST_CASE("to look at a SQLite database makes and changes nothing", "[store]") {
  const Database database;
  StoreOptions look;
  look.schema = StoreOptions::Schema::as_it_is;
  CHECK_THROWS_WITH(open_store("sqlite:" + database.path, look), Catch::Contains("no database at"));
  CHECK_FALSE(std::filesystem::exists(database.path));
  CHECK_FALSE(store_exists("sqlite:" + database.path));
  database.open();
  CHECK(store_exists("sqlite:" + database.path));
  CHECK_NOTHROW(open_store("sqlite:" + database.path, look));
  open_sqlite(database.path)->write([](SqlSession& session) {
    session.execute("DELETE FROM schema_version WHERE version > 1", {});
  });
  CHECK_THROWS_WITH(open_store("sqlite:" + database.path, look),
                    Catch::Contains("of an older leadline"));
}

TEST_CASE("a database of a newer program is refused", "[store]") {
  const Database database;
  database.open();
  open_sqlite(database.path)->write([](SqlSession& session) {
    session.execute("INSERT INTO schema_version (version) VALUES ($1)", {std::int64_t{999}});
  });
  CHECK_THROWS_WITH(database.open(), Catch::Contains("the database has schema 999"));
}

TEST_CASE("what cannot be stored is said, and the next try works when the cause is gone",
          "[store]") {
  const Database database;
  const auto store = database.open();
  store->record_delivery({"before", "e", "o/r", TimePoint{}}, {});
  SECTION("the file went away") {
    std::filesystem::rename(database.path, database.path + ".away");
    CHECK(error_of([&] {
            store->record_delivery({"d1", "e", "o/r", TimePoint{}}, {});
          }) == "database: writing: its file was moved or deleted");
    CHECK(error_of([&] { store->check_writable(); }).find("moved") != std::string::npos);
    std::filesystem::rename(database.path + ".away", database.path);
    CHECK_NOTHROW(store->check_writable());
  }
  SECTION("another process holds the lock for a while") {
    const auto other = database.open();
    CHECK_NOTHROW(other->check_writable());
    CHECK_NOTHROW(store->check_writable());
  }
}

TEST_CASE("what is no database or no address is refused by name", "[store]") {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "x.sqlite").string();
  std::ofstream(path) << std::string(10'000, 'x');
  CHECK(error_of([&] { open_store("sqlite:" + path); }).find("not a database") !=
        std::string::npos);
  CHECK_THROWS_WITH(open_store("mysql://user:secret@host/x"), !Catch::Contains("secret"));
  CHECK_THROWS_AS(open_store("sqlite:"), Error);
  CHECK_THROWS_AS(open_store(""), Error);
}

TEST_CASE("a process that is killed loses nothing that it had recorded", "[store]") {
  const Database database;
  int pipe_ends[2];
  REQUIRE(::pipe(pipe_ends) == 0);
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    // Tells each delivery that is recorded, takes a job now and then, and never ends by itself.
    const auto store = database.open();
    for (int i = 0;; ++i) {
      const std::string id = std::to_string(i);
      store->record_delivery({id, "e", "o/r", TimePoint(1ms)}, {some_job(id)});
      const ssize_t written = ::write(pipe_ends[1], &i, sizeof i);
      if (written != sizeof i) {
        ::_exit(1);
      }
      if (i % 10 == 0) {
        store->lease_next({"child", TimePoint(2ms), 1s});
      }
    }
  }
  ::close(pipe_ends[1]);
  int last = -1;
  for (int value = 0; last < 200 && ::read(pipe_ends[0], &value, sizeof value) == sizeof value;) {
    last = value;
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  for (int value = 0; ::read(pipe_ends[0], &value, sizeof value) == sizeof value;) {
    last = value;
  }
  ::close(pipe_ends[0]);
  REQUIRE(last >= 200);

  const auto store = database.open();
  std::size_t finished = 0;
  while (const auto leased = store->lease_next({"parent", TimePoint(1h), 1s})) {
    finished += store->finish(*leased) ? 1U : 0U;
  }
  CHECK(finished >= static_cast<std::size_t>(last) + 1);
  for (int i = 0; i <= last; ++i) {
    const auto record = store->find_delivery(std::to_string(i));
    REQUIRE(record);
    CHECK(record->state == DeliveryState::done);
  }
}

TEST_CASE("a move that was killed goes on when it is repeated", "[store]") {
  const TemporaryFolder folder;
  const std::string old_path = (folder.path() / "old.sqlite").string();
  const std::string new_path = (folder.path() / "new.sqlite").string();
  const std::string from = "sqlite:" + old_path;
  const std::string to = "sqlite:" + new_path;
  const auto running = open_store(from);
  running->record_delivery({"d1", "e", "o/r", TimePoint(1ms)}, {some_job("d1")});
  REQUIRE(move_store(from, to).at("jobs") == 1);
  open_sqlite(old_path)->write(
      [](SqlSession& session) { session.execute("UPDATE moved_away SET done = 0", {}); });
  // The old one is stopped already, whatever the moment was.
  CHECK_THROWS_AS(running->record_delivery({"d2", "e", "o/r", TimePoint(1ms)}, {}), Error);
  CHECK_THROWS_WITH(open_store(from), Catch::Contains("repeat leadline store copy"));
  CHECK_THROWS_WITH(move_store(from, to + "2"), Catch::Contains("repeat that one"));
  SECTION("after all was written to the new one") {
    open_store(to)->record_delivery({"d3", "e", "o/r", TimePoint(1ms)}, {});
  }
  SECTION("before") {
    open_sqlite(new_path)->write([](SqlSession& session) {
      for (const char* table : {"deliveries", "jobs", "turns", "moved_here"}) {
        session.execute(std::string("DELETE FROM ") + table, {});
      }
    });
  }
  CHECK(move_store(from, to).at("jobs") == 1);
  CHECK(open_store(to)->find_delivery("d1"));
  CHECK_THROWS_WITH(move_store(from, to), Catch::Contains("was moved already"));
}

TEST_CASE("an embedded database goes by the machine's clock", "[store]") {
  const Database database;
  const auto store = database.open();
  CHECK_FALSE(store->time());
}
