#include "contract_parts.hpp"
#include "tests/app/store/store_contract.hpp"

#include <catch2/catch.hpp>

// What a clock that was ahead for a while has written must stand still for nobody.
namespace leadline::tests {

void check_clocks_set_back_for_new_jobs(const OpenStore& open) {
  const auto store = open();
  const TimePoint ahead = k_start + 30min;
  store->enqueue(pull_job("o/r", 7, "aa"), ahead);
  const auto unannounced = store->lease_unannounced({"worker", k_start, k_lease}, k_start - 1s);
  REQUIRE(unannounced);
  CHECK(store->end_announcing(*unannounced, k_start + 24h));
  const auto again = store->lease_unannounced({"worker", k_start, k_lease}, k_start - 1s);
  REQUIRE(again);
  CHECK(store->end_announcing(*again, std::nullopt));
  LeasedJob leased = lease(*store);
  CHECK(store->release(leased));
  leased = lease(*store);

  // What a later clock puts off waits until then, and not when it is asked for once more.
  CHECK(store->retry(leased, k_start + 10s, "network down"));
  CHECK_FALSE(store->lease_next({"worker", k_start + 10s - 1ms, k_lease}));
  store->enqueue(pull_job("o/r", 7, "bb"), k_start);
  CHECK(lease(*store).job.head_sha == "bb");
}

void check_clocks_set_back_for_later(const OpenStore& open) {
  const auto store = open();
  store->enqueue(pull_job("o/r", 7, "aa"), k_start);
  LeasedJob leased = lease(*store);
  CHECK(store->put_off(leased, k_start + 75min)); // nothing is put off for longer
  CHECK_FALSE(store->lease_next({"worker", k_start, k_lease}));
  leased = lease(*store, k_start + 75min);
  CHECK(store->put_off(leased, k_start + 24h));
  CHECK(store->queue_stats(k_start + 5min).oldest_waiting == 5min);
  leased = lease(*store);

  CHECK(store->heartbeat(leased, k_start + 5min));
  CHECK_FALSE(store->lease_next({"worker", k_start, k_lease}));
  CHECK(store->heartbeat(leased, k_start + 1h));
  const LeasedJob taken = lease(*store);
  CHECK(taken.lapsed);
  store->drop_jobs(1, "o/r");
  CHECK(store->heartbeat(taken, k_start + 1h));
  CHECK_FALSE(store->lease_next({"worker", k_start, k_lease}));
  store->enqueue(pull_job("o/r", 8, "aa"), k_start);
  CHECK(lease(*store).job.pull_number == 8);
  CHECK_FALSE(store->finish(taken)); // it has ended
}

void check_clocks_set_back_for_chores(const OpenStore& open) {
  const auto store = open();
  const TimePoint ahead = k_start + 30min;
  CHECK(store->claim_chore("look", ahead, 5min, 5min));
  CHECK(store->claim_chore("look", k_start, 5min, 5min));
  CHECK_FALSE(store->claim_chore("look", k_start - 1min, 5min, 5min)); // by another server's clock
  CHECK(store->claim_chore("sweep", ahead, 15min, 6h));
  store->set_chore_due("sweep", ahead + 6h);
  CHECK_FALSE(store->claim_chore("sweep", ahead, 15min, 6h));
  CHECK(store->claim_chore("sweep", k_start, 15min, 6h));
}

} // namespace leadline::tests
