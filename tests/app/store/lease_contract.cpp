#include "contract_parts.hpp"
#include "tests/app/store/store_contract.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <atomic>
#include <map>
#include <set>
#include <thread>

namespace leadline::tests {

void check_leases(const OpenStore& open) {
  auto store = open();
  record(*store, "d1", {pull_job("o/r", 7, "aa")});
  const LeasedJob first = lease(*store);
  CHECK_FALSE(first.lapsed);
  CHECK_FALSE(store->lease_next({"other", k_start + k_lease - 1ms, k_lease}));
  CHECK(store->heartbeat(first, k_start + 2 * k_lease));
  CHECK_FALSE(store->lease_next({"other", k_start + k_lease, k_lease}));

  // The process died: another one takes the job over, and the first one has nothing to say any
  // more.
  store = open();
  record(*store, "d2", {pull_job("o/r", 7, "bb")});
  const TimePoint later = k_start + 2 * k_lease;
  LeaseTerms terms{"worker", later, k_lease};
  terms.held = {first.job.id + 10, first.job.id};
  CHECK_FALSE(store->lease_next(terms)); // nor what is behind it
  const LeasedJob second = lease(*store, later);
  CHECK(second.job.head_sha == "aa"); // still the same job, not the one behind it
  CHECK(second.job.attempt == 2);
  CHECK(second.lapsed);
  CHECK(second.token != first.token);
  CHECK_FALSE(store->heartbeat(first, later + k_lease));
  CHECK_FALSE(store->finish(first));
  CHECK_FALSE(store->retry(first, later, "x"));
  CHECK_FALSE(store->release(first));
  CHECK_FALSE(store->bury(first, "x", later));
  CHECK(store->queue_stats(later).running == 1);
  CHECK(store->finish(second));
  CHECK_FALSE(store->finish(second));
}

void check_retries_and_dead_letters(const OpenStore& open) {
  const auto store = open();
  record(*store, "d1", {pull_job("o/r", 7, "aa")});
  CHECK(store->retry(lease(*store), k_start + 10s, "network down"));
  CHECK_FALSE(store->lease_next({"worker", k_start + 10s - 1ms, k_lease}));
  CHECK(store->queue_stats(k_start).waiting == 1);
  CHECK(store->queue_stats(k_start).oldest_waiting == 0ms);
  CHECK(store->queue_stats(k_start + 15s).oldest_waiting == 5s);
  LeasedJob leased = lease(*store, k_start + 10s);
  CHECK(leased.job.attempt == 2);

  // Handed back untried.
  CHECK(store->release(leased));
  leased = lease(*store, k_start + 10s);
  CHECK(leased.job.attempt == 2);
  CHECK(leased.last_error == "network down");
  // Put off, because nothing could be tried.
  CHECK(store->put_off(leased, k_start + 12s));
  CHECK_FALSE(store->lease_next({"worker", k_start + 12s - 1ms, k_lease}));
  leased = lease(*store, k_start + 12s);
  CHECK(leased.job.attempt == 2);
  CHECK(leased.last_error == "network down");

  CHECK(store->bury(leased, "token refused", k_start + 20s));
  CHECK(state_of(*store, "d1") == DeliveryState::failed);
  CHECK(store->find_delivery("d1")->error == "token refused");
  CHECK(store->queue_stats(k_start).dead == 1);
  CHECK_FALSE(store->lease_next({"worker", k_start + 24h, k_lease}));
  auto dead = store->jobs(JobState::dead, 10);
  REQUIRE(dead.size() == 1);
  CHECK(dead[0].error == "token refused");
  CHECK(dead[0].died == k_start + 20s);
  CHECK(dead[0].job.pull_number == 7);
  CHECK(store->jobs(JobState::dead, 0).empty());

  CHECK(store->revive(dead[0].job.id, k_start + 30s));
  CHECK_FALSE(store->revive(dead[0].job.id, k_start + 30s));
  CHECK(state_of(*store, "d1") == DeliveryState::queued);
  leased = lease(*store, k_start + 30s);
  CHECK(leased.job.attempt == 1);
  store->bury(leased, "again", k_start + 40s);

  // GitHub sends it again: a new try, not a duplicate, and no dead letter is left of it.
  CHECK(record(*store, "d1", {pull_job("o/r", 7, "aa")}) == RecordOutcome::recorded);
  CHECK(store->jobs(JobState::dead, 10).empty());
  CHECK(state_of(*store, "d1") == DeliveryState::queued);
  CHECK(store->finish(lease(*store, k_start + 50s)));
  CHECK(state_of(*store, "d1") == DeliveryState::done);

  // What nobody will retry is dropped; what a later run makes up for goes by itself.
  for (const int number : {11, 12, 13}) {
    store->enqueue(pull_job("o/r", number, "aa"), k_start);
    CHECK(store->bury(lease(*store), "no such commit", k_start));
  }
  dead = store->jobs(JobState::dead, 10);
  REQUIRE(dead.size() == 3);
  CHECK(store->drop(dead[2].job.id)); // 11
  CHECK_FALSE(store->drop(dead[2].job.id));
  Job labelled = pull_job("o/r", 12, "aa");
  labelled.label = "needs review";
  store->enqueue(labelled, k_start);
  CHECK_FALSE(store->drop(store->jobs(JobState::waiting, 1).at(0).job.id));
  CHECK(store->finish(lease(*store)));
  CHECK(store->queue_stats(k_start).dead == 2); // it may have meant nothing
  store->enqueue(pull_job("o/r", 12, "bb"), k_start);
  CHECK(store->finish(lease(*store)));
  dead = store->jobs(JobState::dead, 10);
  REQUIRE(dead.size() == 1);
  CHECK(dead[0].job.pull_number == 13);
  CHECK(store->drop(dead[0].job.id));

  // Work that nobody delivered.
  store->enqueue(pull_job("o/r", 9, "cc"), k_start);
  store->enqueue(pull_job("o/r", 9, "dd"), k_start);
  leased = lease(*store);
  CHECK(leased.job.head_sha == "dd");
  CHECK(store->finish(leased));
}

void check_job_records(const OpenStore& open) {
  const auto store = open();
  record(*store, "d1", {pull_job("o/r", 1, "aa")});
  record(*store, "d2", {pull_job("o/r", 2, "bb")});
  record(*store, "d3", {pull_job("o/r", 3, "cc")});
  const LeasedJob first = lease(*store);
  CHECK(first.last_error.empty());
  store->bury(lease(*store), "refused", k_start + 1s);

  const auto running = store->jobs(JobState::running, 10);
  REQUIRE(running.size() == 1);
  CHECK(running[0].job.pull_number == 1);
  CHECK(running[0].worker == "worker");
  CHECK(running[0].token == first.token);
  CHECK(running[0].lease_until == k_start + k_lease);
  CHECK(running[0].queued == k_start);
  CHECK(store->jobs(JobState::waiting, 10).at(0).job.pull_number == 3);
  const auto dead = store->job(store->jobs(JobState::dead, 10).at(0).job.id);
  REQUIRE(dead);
  CHECK(dead->state == JobState::dead);
  CHECK(dead->error == "refused");
  CHECK_FALSE(store->job(4711));

  // What is said of the last try: of one that failed its error, of one that never came back who
  // had it.
  CHECK(store->retry(first, k_start, "network down"));
  LeasedJob again = lease(*store);
  CHECK(again.job.pull_number == 1);
  CHECK(again.last_error == "network down");
  again = lease(*store, k_start + k_lease);
  CHECK(again.job.pull_number == 1);
  CHECK(again.last_error ==
        "try 2 stopped without a word: the process worker was killed, crashed or stood still");

  // Every accepted delivery has a job, an end, or a newer one that took over.
  CHECK(store->queue_stats(k_start).lost == 0);
}

void check_many_threads(const OpenStore& open) {
  const auto store = open();
  constexpr int k_threads = 8;
  constexpr int k_each = 25;
  std::atomic<int> recorded = 0;
  std::atomic<int> finished = 0;
  std::atomic<bool> overlap = false;
  std::array<std::atomic<int>, 5> in_lane = {};
  std::vector<std::thread> threads;
  for (int thread = 0; thread < k_threads; ++thread) {
    threads.emplace_back([&, thread] {
      for (int i = 0; i < k_each; ++i) {
        // Every id comes from two threads; five pull requests.
        const std::string id = std::to_string(thread / 2) + "-" + std::to_string(i);
        Job job = pull_job("o/r", 1 + i % 5, id);
        job.kind = JobKind::command; // never merges: each must run once
        job.delivery_id = id;
        if (store->record_delivery(delivery(id), {job}) == RecordOutcome::recorded) {
          ++recorded;
        }
        if (const auto leased = store->lease_next({std::to_string(thread), k_start, k_lease})) {
          auto& lane = in_lane.at(static_cast<std::size_t>(leased->job.pull_number - 1));
          if (++lane != 1) {
            overlap = true;
          }
          --lane;
          finished += store->finish(*leased) ? 1 : 0;
        }
      }
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(recorded == k_threads / 2 * k_each);
  CHECK_FALSE(overlap);
  while (const auto leased = store->lease_next({"last", k_start, k_lease})) {
    finished += store->finish(*leased) ? 1 : 0;
  }
  CHECK(finished == recorded);
}

} // namespace leadline::tests
