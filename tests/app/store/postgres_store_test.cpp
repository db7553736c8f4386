#include "app/store/sql_database.hpp"
#include "app/store/sql_schema.hpp"
#include "app/store/store_clock.hpp"
#include "app/store/work_hints.hpp"
#include "base/error.hpp"
#include "tests/app/store/postgres_cluster.hpp"
#include "tests/app/store/store_contract.hpp"

#include <catch2/catch.hpp>
#include <pqxx/pqxx>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <future>
#include <thread>

using namespace leadline;
using namespace leadline::tests;

namespace {

// How long `work` took to fail.
std::chrono::milliseconds time_to_fail(const std::function<void()>& work) {
  const auto began = std::chrono::steady_clock::now();
  try {
    work();
    FAIL_CHECK("it did not fail");
  } catch (const Error& e) {
    CHECK(e.kind() == ErrorKind::unavailable);
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                               began);
}

} // namespace

TEST_CASE("the PostgreSQL store keeps the contract of stores", "[store][postgres]") {
  static Cluster cluster;
  const std::string url = cluster.fresh_database();
  const OpenStore open = [&] { return open_store(url); };
  for (const ContractPart& part : k_contract) {
    DYNAMIC_SECTION(part.what) { part.check(open); }
  }
  SECTION("moving") { check_move(url); }
  SECTION("a rolling upgrade") {
    check_rolling_upgrade([&] { return open_postgres(url, {}); }, open);
  }
  SECTION("the server restarts") {
    const auto store = open();
    store->record_delivery({"d1", "e", "o/r", TimePoint{}}, {});
    const TimePoint found = store->found().at;
    cluster.stop("fast");
    CHECK_THROWS_AS(store->record_delivery({"d2", "e", "o/r", TimePoint{}}, {}), Error);
    CHECK_THROWS_AS(store->check_writable(), Error);
    cluster.start();
    CHECK(store->record_delivery({"d2", "e", "o/r", TimePoint{}}, {}) == RecordOutcome::recorded);
    CHECK(store->find_delivery("d1"));
    // It may have been a standby that lagged behind.
    const TimePoint found_again = store->found().at;
    CHECK(found_again > found);
    CHECK(store->found().at == found_again);
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

TEST_CASE("a database in use is brought up to date later, and takes deliveries meanwhile",
          "[store][postgres]") {
  Cluster cluster;
  const std::string url = cluster.fresh_database();
  const auto database = open_postgres(url, {});
  database->write([](SqlSession& session) { migrate_to(session, 6); });
  pqxx::connection connection(url);
  pqxx::work reader(connection); // a backup, or a person who has left for lunch
  reader.exec("SELECT * FROM jobs");

  auto start =
      std::async(std::launch::async, [&] { return time_to_fail([&] { open_store(url); }); });
  int taken_in = 0;
  while (start.wait_for(std::chrono::milliseconds(50)) != std::future_status::ready) {
    // Its intake waits behind the one that waits, and no longer than GitHub does.
    database->write([&](SqlSession& session) {
      session.execute(
          "INSERT INTO jobs (state, kind, installation_id, repository, pull_number, "
          "head_sha, base_sha, reason, again, command, comment_id, review_comment, "
          "sender, delivery_id, lane, target, queued_at, run_at, attempts, leases, "
          "lease_until, worker, error, died_at) VALUES ('waiting', 'command', 1, 'o/r', "
          "1, '', '', '', 0, '', 0, 0, '', $1, '', '', 0, 0, 0, 0, 0, '', '', 0)",
          {std::to_string(++taken_in)});
    });
  }
  CHECK(taken_in > 0);
  CHECK(start.get() < std::chrono::seconds(60)); // then it is tried again, until it is told to stop
  reader.abort();
  const auto store = open_store(url);
  CHECK(store->queue_stats(TimePoint{}).waiting == static_cast<std::size_t>(taken_in));
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

TEST_CASE("a PostgreSQL that falls silent holds nobody for long", "[store][postgres]") {
  Cluster cluster;
  const std::string url = cluster.fresh_database();
  const auto store = open_store(url);
  spdlog::logger logger("quiet");
  std::atomic<int> heard = 0;
  auto announcer = WorkAnnouncer::create(url, logger);
  auto listener = WorkListener::create(
      url, [&] { ++heard; }, logger);
  REQUIRE(eventually([&] { return heard > 0; }));
  const auto record = [&](const std::string& id) {
    store->record_delivery({id, "e", "o/r", TimePoint{}}, {});
  };
  record("before");
  cluster.freeze();
  auto all = std::async(std::launch::async, [&] {
    std::vector<std::thread> threads;
    for (int i = 0; i < 40; ++i) {
      threads.emplace_back([&, i] {
        try {
          record("d" + std::to_string(i));
        } catch (const Error&) { // as it should be
        }
      });
    }
    for (std::thread& thread : threads) {
      thread.join();
    }
    announcer->announce();
    announcer.reset();
    listener.reset();
    return true;
  });
  // Without a limit it would be for ever; GitHub waits 10 s, and a busy machine is slower.
  const bool ended = all.wait_for(std::chrono::seconds(60)) == std::future_status::ready;
  CHECK(ended);
  if (ended) { // it is known to be silent: nobody waits any more, but for one try at a time
    CHECK(std::min(time_to_fail([&] { record("x"); }), time_to_fail([&] { record("x"); })) <
          std::chrono::seconds(3));
  }
  cluster.thaw();
  CHECK(eventually([&] {
    try {
      store->check_writable();
      return true;
    } catch (const Error&) {
      return false;
    }
  }));
}

TEST_CASE("a table that somebody has locked is an answer of unavailable, before GitHub gives up",
          "[store][postgres]") {
  Cluster cluster;
  const std::string url = cluster.fresh_database();
  const auto store = open_store(url);
  pqxx::connection connection(url);
  pqxx::work transaction(connection);
  transaction.exec("LOCK TABLE deliveries");
  CHECK(time_to_fail([&] {
          store->record_delivery({"d", "e", "o/r", TimePoint{}}, {});
        }) < std::chrono::seconds(10));
  CHECK_NOTHROW(store->check_writable()); // others go on
  transaction.abort();
  CHECK(store->record_delivery({"d", "e", "o/r", TimePoint{}}, {}) == RecordOutcome::recorded);
}

TEST_CASE("what is written is on the disk, whatever the database's default is",
          "[store][postgres]") {
  Cluster cluster;
  using Row = std::pair<const char*, const char*>;
  for (const auto& [configured, expected] :
       {Row("off", "on"), Row("on", "on"), Row("remote_apply", "remote_apply")}) {
    const std::string url = cluster.fresh_database();
    pqxx::connection connection(url);
    pqxx::nontransaction(connection)
        .exec("ALTER ROLE leadline SET synchronous_commit = " + std::string(configured));
    std::string found;
    open_postgres(url, {})->write([&](SqlSession& session) {
      found = std::get<std::string>(session.query("SHOW synchronous_commit", {}).at(0).at(0));
    });
    CHECK(found == expected);
  }
}

TEST_CASE("each transaction has its settings, whatever connection a pooler gives it",
          "[store][postgres]") {
  Cluster cluster;
  const auto database = open_postgres(cluster.fresh_database(), {});
  database->write([](SqlSession& session) {
    session.script("SET synchronous_commit = off; SET statement_timeout = 0; SET "
                   "idle_in_transaction_session_timeout = 0");
  });
  using Row = std::pair<const char*, const char*>;
  for (const auto& [name, expected] :
       {Row("synchronous_commit", "on"), Row("statement_timeout", "5s"),
        Row("idle_in_transaction_session_timeout", "15s")}) {
    std::string found;
    database->write([&, name = name](SqlSession& session) {
      found = std::get<std::string>(session.query(std::string("SHOW ") + name, {}).at(0).at(0));
    });
    CAPTURE(name);
    CHECK(found == expected);
  }
}

TEST_CASE("a server that was demoted is left for the one that takes writes", "[store][postgres]") {
  Cluster cluster;
  const auto database = open_postgres(cluster.fresh_database(), {});
  const auto demote = [](SqlSession& session) {
    session.script("SET SESSION default_transaction_read_only = on"); // of this connection
  };
  const auto write = [](SqlSession& session) {
    session.script("CREATE TABLE IF NOT EXISTS t (i int)");
  };
  database->write(write);
  database->write(demote);
  const auto losses = database->losses();
  CHECK_NOTHROW(database->write(write));
  CHECK(database->losses() > losses); // it may have less
}

TEST_CASE("a burst takes no more connections than it may", "[store][postgres]") {
  Cluster cluster;
  const std::string url = cluster.fresh_database();
  StoreOptions options;
  options.connections = 3;
  const auto store = open_store(url, options);
  std::vector<std::thread> threads;
  std::atomic<int> done = 0;
  for (int i = 0; i < 40; ++i) {
    threads.emplace_back([&, i] {
      try {
        store->record_delivery({"d" + std::to_string(i), "e", "o/r", TimePoint{}}, {});
        ++done;
      } catch (const Error&) { // on a machine so slow that one waits for too long
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(done > 0);
  pqxx::connection connection(url);
  CHECK(pqxx::nontransaction(connection)
            .exec("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'leadline'")
            .at(0)
            .at(0)
            .as<int>() <= 3);
}

TEST_CASE("servers that start together bring the database up to date once", "[store][postgres]") {
  Cluster cluster;
  const std::string url = cluster.fresh_database();
  std::vector<std::future<std::string>> starts;
  for (int i = 0; i < 6; ++i) {
    starts.push_back(std::async(std::launch::async, [&] {
      std::string problem;
      const bool opened = eventually([&] { // as serve() does
        try {
          open_store(url)->check_writable();
          return true;
        } catch (const std::exception& e) {
          problem = e.what();
          return false;
        }
      });
      return opened ? "" : problem;
    }));
  }
  for (std::future<std::string>& start : starts) {
    CHECK(start.get() == "");
  }
}

TEST_CASE("to look at a PostgreSQL changes nothing of it", "[store][postgres]") {
  Cluster cluster;
  const std::string url = cluster.fresh_database();
  StoreOptions look;
  look.schema = StoreOptions::Schema::as_it_is;
  CHECK_FALSE(store_exists(url));
  CHECK_THROWS_WITH(open_store(url, look), Catch::Contains("the database is empty"));
  CHECK_FALSE(store_exists(url));
  open_store(url);
  CHECK(store_exists(url));
  CHECK_NOTHROW(open_store(url, look));
  pqxx::connection connection(url);
  pqxx::nontransaction session(connection);
  session.exec(
      "DELETE FROM schema_version WHERE version = (SELECT max(version) FROM schema_version)");
  CHECK_THROWS_WITH(open_store(url, look), Catch::Contains("of an older leadline"));
}

TEST_CASE("a server with a wrong clock goes by the database's", "[store][postgres]") {
  struct WrongClock final : public Clock {
    std::chrono::system_clock::time_point now() const override {
      return Clock::system().now() + std::chrono::hours(3);
    }
    void sleep_for(std::chrono::milliseconds) override {}
  };
  Cluster cluster;
  const auto store = open_store(cluster.fresh_database());
  WrongClock wrong;
  std::chrono::milliseconds uptime = std::chrono::hours(5);
  const StoreClock clock(*store, wrong, [&] { return uptime; });
  const auto error = [&] { return std::chrono::abs(clock.now() - Clock::system().now()); };
  CHECK(error() < std::chrono::hours(1));
  // Between two questions, and while the database is away, uptime counts.
  cluster.stop("fast");
  uptime += std::chrono::hours(2);
  const auto later = clock.now() - Clock::system().now();
  CHECK(later > std::chrono::hours(1));
  CHECK(later < std::chrono::minutes(150));
  // Asked again, the database has it right.
  cluster.start();
  uptime += std::chrono::hours(2);
  CHECK(error() < std::chrono::hours(1));
}
