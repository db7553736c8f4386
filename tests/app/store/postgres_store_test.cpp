#include "app/store/work_hints.hpp"
#include "base/error.hpp"
#include "tests/app/store/store_contract.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>
#include <pqxx/pqxx>
#include <spdlog/spdlog.h>

#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <thread>

using namespace leadline;
using namespace leadline::tests;

namespace {

// A PostgreSQL of our own below a temporary folder, reached by a socket there. Its server refuses
// to run as root.
class Cluster {
public:
  Cluster() {
    std::filesystem::permissions(m_folder.path(), std::filesystem::perms::all);
    run("initdb -D " + data() + " -U leadline -A trust -E UTF8 --locale=C --no-sync");
    start();
  }
  ~Cluster() { stop("immediate"); }
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  void start() const {
    run("pg_ctl -D " + data() + " -w -l " + (m_folder.path() / "log").string() + " -o \"-k " +
        m_folder.path().string() + " -c listen_addresses= -c fsync=off\" start");
  }
  void stop(const std::string& mode) const {
    try_run("pg_ctl -D " + data() + " -m " + mode + " stop");
  }

  std::string url(const std::string& database) const {
    return "postgresql:///" + database + "?user=leadline&host=" + m_folder.path().string();
  }
  std::string fresh_database() {
    const std::string name = "test" + std::to_string(++m_databases);
    pqxx::connection connection(url("postgres"));
    pqxx::nontransaction(connection).exec("CREATE DATABASE " + name);
    return url(name);
  }

private:
  std::string data() const { return (m_folder.path() / "data").string(); }

  static bool try_run(const std::string& command) {
    const std::string tool =
        std::string(LEADLINE_POSTGRES_BIN) + "/" + command + " > /dev/null 2>&1";
    const std::string shell =
        ::geteuid() == 0 ? "cd / && runuser -u postgres -- sh -c '" + tool + "'" : tool;
    return std::system(shell.c_str()) == 0; // NOLINT(concurrency-mt-unsafe)
  }
  static void run(const std::string& command) {
    if (!try_run(command)) {
      throw std::runtime_error("failed: " + command);
    }
  }

  TemporaryFolder m_folder;
  int m_databases = 0;
};

// Whether `holds` does so within half a minute.
bool eventually(const std::function<bool()>& holds) {
  for (int i = 0; i < 1500; ++i) {
    if (holds()) {
      return true;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  return false;
}

} // namespace

TEST_CASE("the PostgreSQL store keeps the contract of stores", "[store][postgres]") {
  static Cluster cluster;
  const std::string url = cluster.fresh_database();
  const OpenStore open = [&] { return open_store(url); };
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
  SECTION("moving") { check_move(url); }
  SECTION("the server restarts") {
    const auto store = open();
    store->record_delivery({"d1", "e", "o/r", TimePoint{}}, {});
    cluster.stop("fast");
    CHECK_THROWS_AS(store->record_delivery({"d2", "e", "o/r", TimePoint{}}, {}), Error);
    CHECK_THROWS_AS(store->check_writable(), Error);
    cluster.start();
    CHECK(store->record_delivery({"d2", "e", "o/r", TimePoint{}}, {}) == RecordOutcome::recorded);
    CHECK(store->find_delivery("d1"));
  }
  SECTION("the server takes no writes for a while, as after a failover") {
    const auto store = open();
    const auto set = [&](const std::string& value) {
      pqxx::connection connection(cluster.url("postgres"));
      pqxx::nontransaction session(connection);
      session.exec("ALTER SYSTEM SET default_transaction_read_only = " + value);
      session.exec("SELECT pg_reload_conf()");
    };
    const auto takes_writes = [&] {
      try {
        store->check_writable();
        return true;
      } catch (const Error&) {
        return false;
      }
    };
    set("on"); // every session of the server reads it in its own time
    REQUIRE(eventually([&] { return !takes_writes(); }));
    CHECK_THROWS_AS(store->record_delivery({"d1", "e", "o/r", TimePoint{}}, {}), Error);
    set("off");
    REQUIRE(eventually(takes_writes));
    CHECK(store->record_delivery({"d1", "e", "o/r", TimePoint{}}, {}) == RecordOutcome::recorded);
  }
}

TEST_CASE("a server hears of the work that another one has stored, also after PostgreSQL was away",
          "[store][postgres]") {
  Cluster cluster;
  const std::string url = cluster.fresh_database();
  spdlog::logger logger("quiet");
  std::atomic<int> heard = 0;
  const auto announcer = WorkAnnouncer::create(url, logger);
  const auto listener = WorkListener::create(
      url, [&] { ++heard; }, logger);
  REQUIRE(eventually([&] { return heard == 1; })); // it listens: what came before is looked for
  announcer->announce();
  CHECK(eventually([&] { return heard == 2; }));
  cluster.stop("fast");
  announcer->announce(); // returns, and nothing is thrown
  cluster.start();
  REQUIRE(eventually([&] { return heard >= 3; })); // listens again
  CHECK(eventually([&] {
    announcer->announce();
    return heard > 3;
  }));
}

TEST_CASE("what a server of the version before writes during an upgrade has its place",
          "[store][postgres]") {
  Cluster cluster;
  const std::string url = cluster.fresh_database();
  open_store(url);
  pqxx::connection connection(url);
  pqxx::work transaction(connection);
  CHECK(transaction
            .exec("INSERT INTO reports (repository, head_sha, pull_number, report, written) "
                  "VALUES ('o/r', 'a', 1, '{}', 0)")
            .affected_rows() == 1);
}

TEST_CASE("a PostgreSQL that cannot be reached is unavailable and its password is not told",
          "[store][postgres]") {
  try {
    open_store("postgresql://me:hunter2@127.0.0.1:1/x?connect_timeout=2");
    FAIL("connected");
  } catch (const Error& e) {
    CHECK(e.kind() == ErrorKind::unavailable);
    CHECK(std::string(e.what()).find("hunter2") == std::string::npos);
  }
}
