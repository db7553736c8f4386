#include "app/store/sql_database.hpp"
#include "base/error.hpp"
#include "tests/app/store/store_contract.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
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
  SECTION("deliveries") { check_deliveries(open); }
  SECTION("merging") { check_merging(open); }
  SECTION("lanes") { check_lanes(open); }
  SECTION("announcing") { check_announcing(open); }
  SECTION("contributors") { check_contributors(open); }
  SECTION("cancelling") { check_cancelling(open); }
  SECTION("turns") { check_turns(open); }
  SECTION("leases") { check_leases(open); }
  SECTION("retries and dead letters") { check_retries_and_dead_letters(open); }
  SECTION("publications") { check_publications(open); }
  SECTION("acknowledgements") { check_acknowledgements(open); }
  SECTION("many threads") { check_many_threads(open); }
  SECTION("hostile text") { check_hostile_text(open); }
  SECTION("pruning") { check_pruning(open); }
  SECTION("records of jobs") { check_job_records(open); }
  SECTION("the share of an installation") { check_share_of_an_installation(open); }
  SECTION("repositories with another name") { check_repository_moves(open); }
  SECTION("chores") { check_chores(open); }
  SECTION("moving") { check_move("sqlite:" + database.path); }
}

TEST_CASE("only the owner can read the database", "[store]") {
  const Database database;
  const auto store = database.open();
  store->record_delivery({"d1", "e", "o/r", TimePoint{}}, {});
  CHECK(mode_of(database.path) == 0600);
  CHECK(mode_of(database.path + "-wal") == 0600);
  CHECK(mode_of(database.folder.path() / "data") == 0700);
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
