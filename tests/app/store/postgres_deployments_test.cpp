// PostgreSQL as it is deployed: behind a pooler, with a standby.

#include "app/store/store.hpp"
#include "base/error.hpp"
#include "tests/app/store/postgres_cluster.hpp"
#include "tests/app/store/store_contract.hpp"

#include <catch2/catch.hpp>
#include <pqxx/pqxx>

using namespace leadline;
using namespace leadline::tests;

namespace {

RecordOutcome record(Store& store, const std::string& id) {
  return store.record_delivery({id, "e", "o/r", TimePoint{}}, {});
}

// Whether it is recorded within half a minute.
bool is_recorded_soon(Store& store, const std::string& id) {
  return eventually([&] {
    try {
      record(store, id);
      return true;
    } catch (const Error&) {
      return false;
    }
  });
}

// What `primary` has committed has come to the standby.
bool has_followed(const Cluster& primary) {
  pqxx::connection connection(primary.url("postgres"));
  return eventually([&] {
    pqxx::nontransaction session(connection);
    return session
        .exec("SELECT coalesce(bool_and(replay_lsn >= pg_current_wal_lsn()), false) "
              "FROM pg_stat_replication")
        .at(0)
        .at(0)
        .as<bool>();
  });
}

} // namespace

TEST_CASE("the contract of stores is kept behind a pooler that shares connections by transaction",
          "[store][postgres]") {
  static Cluster cluster;
  static const Pooler pooler(cluster);
  const std::string url = pooler.url(cluster.create_database());
  const OpenStore open = [&] { return open_store(url); };
  for (const ContractPart& part : k_contract) {
    DYNAMIC_SECTION(part.what) { part.check(open); }
  }
}

TEST_CASE("a standby takes over from a PostgreSQL that died", "[store][postgres]") {
  Cluster primary;
  const std::string database = primary.create_database();
  const Standby standby(primary);
  // The standby stands first in the address, and takes no writes.
  const auto store = open_store(standby.url_of_both(database));
  CHECK(record(*store, "d1") == RecordOutcome::recorded);
  const TimePoint found = store->found().at;
  REQUIRE(has_followed(primary));

  SECTION("with all that was written") {
    primary.stop("immediate");
    CHECK_THROWS_AS(record(*store, "d2"), Error);
    standby.promote();
    CHECK(is_recorded_soon(*store, "d2"));
    CHECK(store->find_delivery("d1"));
    CHECK(store->found().at > found); // nobody can know that it had not lagged
  }
  SECTION("that had lagged behind") {
    standby.stop();
    CHECK(record(*store, "lost") == RecordOutcome::recorded);
    primary.stop("immediate");
    standby.start();
    standby.promote();
    CHECK(is_recorded_soon(*store, "d2"));
    CHECK(store->find_delivery("d1"));
    CHECK_FALSE(store->find_delivery("lost"));
    CHECK(store->found().at > found); // what came before is asked for again
  }
}
