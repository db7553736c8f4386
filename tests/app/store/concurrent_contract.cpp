// What holds of a store when several do different things to it at once.
#include "contract_parts.hpp"
#include "tests/app/store/store_contract.hpp"

#include "app/jobs/budget.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <barrier>
#include <new>
#include <utility>

namespace leadline::tests {

void check_ends_at_once(const OpenStore& open) {
  const auto store = open();
  const auto other = open();
  constexpr int k_rounds = 60;
  std::vector<std::pair<LeasedJob, LeasedJob>> jobs;
  for (int i = 0; i < k_rounds; ++i) {
    const std::string repository = "o/r" + std::to_string(i);
    record(*store, "d" + std::to_string(i),
           {pull_job(repository, 1, "aa"), pull_job(repository, 2, "aa")});
    const LeasedJob one = lease(*store);
    jobs.emplace_back(one, lease(*store));
  }
  std::barrier together(2);
  std::atomic<int> ended = 0;
  std::thread second([&] {
    for (const auto& pair : jobs) {
      together.arrive_and_wait();
      ended += other->finish(pair.second) ? 1 : 0;
    }
  });
  for (const auto& pair : jobs) {
    together.arrive_and_wait();
    ended += store->finish(pair.first) ? 1 : 0;
  }
  second.join();
  CHECK(ended == 2 * k_rounds);
  CHECK(store->queue_stats(k_start).lost == 0);
  for (int i = 0; i < k_rounds; ++i) {
    CHECK(state_of(*store, "d" + std::to_string(i)) == DeliveryState::done);
  }
}

void check_pruning_beside_intake(const OpenStore& open) {
  const auto store = open();
  const auto other = open();
  std::atomic<bool> done = false;
  std::thread housekeeping([&] {
    while (!done) {
      other->prune_reports(k_start);
    }
  });
  int taken = 0;
  constexpr int k_rounds = 150;
  for (int i = 0; i < k_rounds; ++i) { // of an installation that has nothing else to do
    record(*store, "d" + std::to_string(i), {pull_job("o/r", 7, "aa")});
    const auto leased = store->lease_next({"worker", k_start, k_lease});
    taken += leased && store->finish(*leased) ? 1 : 0;
  }
  done = true;
  housekeeping.join();
  CHECK(taken == k_rounds);
}

void check_budgets(const OpenStore& open) {
  const auto store = open();
  std::atomic<bool> done = false;
  std::atomic<int> failures = 0;
  int stored = 0;
  std::thread innocent([&] { // whose writes may be done by the thread that is over its budget
    for (int i = 0; !done; ++i) {
      try {
        record(*store, "innocent " + std::to_string(i), {});
      } catch (...) {
        ++failures;
      }
    }
  });
  // The clock is looked at with the first allocation and with the 513th: each of those that a write
  // makes is where it turns out that the time is up.
  for (int before = 350; JobBudget::is_enforced() && before < 512; ++before) {
    const JobBudget budget({1ms, 1024UL * 1024 * 1024});
    try {
      for (int i = 0; i < before; ++i) {
        ::operator delete(::operator new(1));
      }
      std::this_thread::sleep_for(1ms);
      store->record_delivery(delivery("over " + std::to_string(before)), {});
      ++stored;
    } catch (const OverBudget&) { // before it was begun
    }
  }
  done = true;
  innocent.join();
  CHECK(failures == 0);
  CHECK_NOTHROW(store->check_writable());
  int found = 0;
  for (int before = 350; before < 512; ++before) {
    found += store->find_delivery("over " + std::to_string(before)) ? 1 : 0;
  }
  CHECK(found == stored);
}

} // namespace leadline::tests
