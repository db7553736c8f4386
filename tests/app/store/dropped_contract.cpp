#include "contract_parts.hpp"
#include "tests/app/store/store_contract.hpp"

#include <catch2/catch.hpp>

#include <functional>

namespace leadline::tests {

void check_cancelling(const OpenStore& open) {
  const auto store = open();
  Job group = pull_job("o/r", 0, "aa");
  group.kind = JobKind::merge_group;
  record(*store, "g1", {group});
  const LeasedJob running = lease(*store);
  record(*store, "g2", {group});
  store->cancel(group);
  CHECK(state_of(*store, "g2") == DeliveryState::superseded);
  CHECK(store->finish(running)); // what runs is left alone
  CHECK(store->queue_stats(k_start).waiting == 0);

  // What is lost with a repository, or with all of an installation.
  Job event = pull_job("o/r", 0, "");
  event.kind = JobKind::command;
  event.command = "repository lost";
  Job said = pull_job("o/r", 7, "");
  said.kind = JobKind::command;
  said.command = "/leadline help";
  Job other = pull_job("o/r", 9, "aa");
  other.installation_id = 2;
  record(*store, "dead", {pull_job("o/r", 6, "aa")});
  store->bury(lease(*store), "denied", k_start);
  record(*store, "p1", {pull_job("o/r", 7, "aa"), said});
  record(*store, "p2", {pull_job("o/s", 8, "aa")});
  record(*store, "p3", {other});
  record(*store, "p4", {event});
  CHECK(store->drop_jobs(1, "o/r") == 3);
  CHECK(state_of(*store, "p1") == DeliveryState::superseded);
  CHECK(store->queue_stats(k_start).waiting == 3);
  CHECK(store->queue_stats(k_start).dead == 0);
  CHECK(store->drop_jobs(1, "") == 1);
  CHECK(store->queue_stats(k_start).waiting == 2); // another installation's, and the event's
  // What runs there goes when it ends; until then nobody else takes it.
  for (const bool is_buried : {false, true}) {
    const std::string id = is_buried ? "p6" : "p5";
    const int number = is_buried ? 11 : 10;
    record(*store, id, {pull_job("o/r", number, "aa")});
    LeasedJob runs = lease(*store);
    while (runs.job.delivery_id != id) {
      runs = lease(*store);
    }
    CHECK(store->drop_jobs(1, "o/r") == 1);
    CHECK(store->heartbeat(runs, k_start + k_lease));
    record(*store, id + " again", {pull_job("o/r", number, "aa")}); // the App has it back
    CHECK_FALSE(store->lease_next({"worker", k_start, k_lease}));
    CHECK(
        (is_buried ? store->bury(runs, "denied", k_start) : store->retry(runs, k_start, "denied")));
    CHECK(state_of(*store, id) == DeliveryState::superseded);
    CHECK_FALSE(store->job(runs.job.id));
    const LeasedJob next = lease(*store);
    CHECK(next.job.delivery_id == id + " again");
    CHECK(store->retry(next, k_start + 1h, "busy")); // it was not dropped
    CHECK(store->job(next.job.id));
    store->cancel(next.job);
  }
  // Its worker died: it goes when its lease has lapsed, and nobody runs it again.
  record(*store, "p7", {pull_job("o/r", 12, "aa")});
  LeasedJob orphan = lease(*store);
  while (orphan.job.delivery_id != "p7") {
    orphan = lease(*store);
  }
  CHECK(store->drop_jobs(1, "o/r") == 1);
  record(*store, "p8", {pull_job("o/r", 12, "bb")});
  const TimePoint lapsed = k_start + k_lease;
  LeaseTerms terms{"worker", lapsed, k_lease};
  terms.held = {orphan.job.id}; // by a worker that lives, and whose clock was set
  store->lease_next(terms);
  CHECK(store->job(orphan.job.id));
  std::optional<LeasedJob> behind;
  while ((behind = store->lease_next({"worker", lapsed, k_lease})) &&
         behind->job.delivery_id != "p8") {
    CHECK(behind->job.id != orphan.job.id);
  }
  CHECK(behind);
  CHECK_FALSE(store->job(orphan.job.id));
  CHECK(state_of(*store, "p7") == DeliveryState::superseded);
  CHECK_FALSE(store->finish(orphan));
  CHECK(store->queue_stats(k_start).lost == 0);
}

// What a run writes that did not know that its repository was taken from the App.
void check_dropped_writes(const OpenStore& open) {
  const auto store = open();
  const auto write = [&](const std::string& repository) {
    store->save_report(repository, 7, "aa", "{}");
    store->save(repository, 7, Publication{});
    store->save_check_run(repository, "aa", 5);
    store->change(repository, 0, [](Publication& facts) {
      facts.named_bases = {{"secret-branch", "leadline"}};
    });
  };
  const auto is_written = [&](const std::string& repository) {
    const auto facts = store->load(repository, 0);
    const bool named = facts && !facts->named_bases.empty();
    const bool report = store->load_report(repository, 7, "aa").has_value();
    CHECK(store->load(repository, 7).has_value() == report);
    CHECK((store->check_run(repository, "aa") != 0) == report);
    CHECK(named == report);
    return report;
  };
  struct Row {
    const char* what;
    std::function<void(const LeasedJob&)> end;
  };
  const Row rows[] = {
      {"done", [&](const LeasedJob& job) { CHECK(store->finish(job)); }},
      {"tried again",
       [&](const LeasedJob& job) { CHECK(store->retry(job, k_start + 1h, "denied")); }},
      {"put off", [&](const LeasedJob& job) { CHECK(store->put_off(job, k_start + 1h)); }},
      {"handed back", [&](const LeasedJob& job) { CHECK(store->release(job)); }},
      {"announced", [&](const LeasedJob& job) { CHECK(store->end_announcing(job, {})); }},
      {"given up", [&](const LeasedJob& job) { CHECK(store->bury(job, "denied", k_start)); }},
      {"its worker died", [&](const LeasedJob&) {
         record(*store, "next", {pull_job("o/next", 1, "aa")});
         store->finish(lease(*store, k_start + k_lease));
       }}};
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const std::string repository = std::string("o/") + row.what;
    record(*store, row.what, {pull_job(repository, 7, "aa")});
    const LeasedJob running = lease(*store);
    write("o/other");
    write(repository);
    CHECK(store->drop_jobs(1, repository) == 1);
    store->forget(repository);
    store->change(repository, 0, [](Publication& facts) { facts.locked_out = k_start; });
    CHECK_FALSE(is_written(repository));
    write(repository);
    row.end(running);
    CHECK_FALSE(store->job(running.job.id));
    CHECK_FALSE(is_written(repository));
    CHECK(store->load(repository, 0)->locked_out == k_start);
    CHECK(is_written("o/other"));
  }
  // Suspended: nothing is forgotten, also not of one that was lost before, and given back.
  record(*store, "suspended", {pull_job("o/suspended", 7, "aa")});
  const LeasedJob suspended = lease(*store);
  write("o/suspended");
  CHECK(store->drop_jobs(1, "") == 1);
  CHECK(store->finish(suspended));
  CHECK(is_written("o/suspended"));
  const TimePoint later = std::chrono::time_point_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now() + 1h);
  store->forget("o/suspended");
  store->enqueue(pull_job("o/suspended", 7, "aa"), later);
  const LeasedJob back = lease(*store, later);
  write("o/suspended");
  CHECK(store->drop_jobs(1, "") == 1);
  CHECK(store->finish(back));
  CHECK(is_written("o/suspended"));
}

} // namespace leadline::tests
