#include "tests/app/store/store_contract.hpp"
#include "contract_parts.hpp"

#include "app/store/store_copy.hpp"
#include "base/error.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>

namespace leadline::tests {

void check_deliveries(const OpenStore& open) {
  auto store = open();
  CHECK_FALSE(store->find_delivery("d1"));
  CHECK(record(*store, "d1", {pull_job("o/r", 7, "aa")}) == RecordOutcome::recorded);
  CHECK(record(*store, "d1", {pull_job("o/r", 8, "bb")}) == RecordOutcome::duplicate);
  CHECK(store->queue_stats(k_start).waiting == 1);
  store = open();
  const auto found = store->find_delivery("d1");
  REQUIRE(found);
  CHECK(found->delivery.event == "pull_request.synchronize");
  CHECK(found->delivery.repository == "o/r");
  CHECK(found->delivery.received == k_start);
  CHECK(found->state == DeliveryState::queued);

  const LeasedJob leased = lease(*store);
  CHECK(leased.job.repository == "o/r");
  CHECK(leased.job.pull_number == 7);
  CHECK(leased.job.head_sha == "aa");
  CHECK(leased.job.installation_id == 1);
  CHECK(leased.job.delivery_id == "d1");
  CHECK(leased.job.attempt == 1);
  CHECK(record(*store, "d1", {pull_job("o/r", 7, "aa")}) == RecordOutcome::duplicate);
  CHECK(store->finish(leased));
  CHECK(state_of(*store, "d1") == DeliveryState::done);
  CHECK(record(*store, "d1", {pull_job("o/r", 7, "aa")}) == RecordOutcome::duplicate);
  CHECK_FALSE(store->lease_next({"worker", k_start + 1h, k_lease}));

  CHECK(record(*store, "nothing to do", {}) == RecordOutcome::recorded);
  CHECK(state_of(*store, "nothing to do") == DeliveryState::done);

  // Two jobs: done when both are.
  record(*store, "d2", {pull_job("o/r", 1, "aa"), pull_job("o/r", 2, "aa")});
  const LeasedJob one = lease(*store);
  const LeasedJob two = lease(*store);
  store->finish(one);
  CHECK(state_of(*store, "d2") == DeliveryState::queued);
  store->finish(two);
  CHECK(state_of(*store, "d2") == DeliveryState::done);
}

void check_found(const OpenStore& open) {
  const auto now = [] {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  };
  const TimePoint before = now();
  const auto store = open();
  const TimePoint found = store->found().at;
  CHECK(found >= before);
  CHECK(found <= now());
  CHECK(store->check_run_written("o/r", "aa") == TimePoint{});
  store->save_check_run("o/r", "aa", 5);
  CHECK(store->check_run_written("o/r", "aa") >= found);
  next_millisecond();
  CHECK(store->found().at == found);
  next_millisecond();
  const TimePoint found_by_other = open()->found().at; // perhaps in a copy
  CHECK(found_by_other > found);
  CHECK(store->check_run_written("o/r", "aa") < found_by_other);
  CHECK(store->found().looked == TimePoint{});
  store->save_chore_reached(k_looked, found + 1s);
  CHECK(store->found().looked == found + 1s);
  CHECK(store->found().lost_come_until == TimePoint{});
  store->save_chore_reached(k_lost_come_again, found + 1h);
  CHECK(open()->found().lost_come_until == found + 1h);
  CHECK(store->found().lost_come_until == found + 1h);
}

void check_contributors(const OpenStore& open) {
  auto store = open();
  const auto push = [](const std::string& sender, std::int64_t id, const std::string& head) {
    Job job = pull_job("o/r", 7, head);
    job.sender = sender;
    job.sender_id = id;
    return job;
  };
  // Whoever pushes while a job waits or runs is known at once, with the delivery.
  record(*store, "d1", {push("bob", 12, "aa")});
  record(*store, "d2", {push("carol", 13, "bb")});
  Job edited = push("sam", 14, "bb");
  edited.reason = "base changed";
  record(*store, "d3", {edited});
  const LeasedJob running = lease(*store);
  record(*store, "d4", {push("dave", 15, "cc")});
  record(*store, "d4", {push("eve", 16, "cc")}); // a duplicate
  Job elsewhere = push("frank", 17, "dd");
  elsewhere.pull_number = 8;
  record(*store, "d5", {elsewhere});
  store->bury(running, "x", k_start);
  const std::vector<Contributor> three = {{12, "bob"}, {13, "carol"}, {15, "dave"}};
  CHECK(store->contributors("o/r", 7) == three);
  store = open();
  store->remember_contributor("o/r", 7, {12, "bob"});
  store->save_report("o/r", 7, "aa", "{}");
  store->save("o/r", 7, Publication{});
  store->save_check_run("o/r", "aa", 5);
  const auto later = std::chrono::time_point_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now() + 1h);
  store->prune_reports(later);
  CHECK(store->contributors("o/r", 7) == three); // a pull request may stay open for years
  store->save_report("o/r", 7, "aa", "{}");
  store->save_report("o/s", 7, "aa", "{}");
  store->save("o/r", 7, Publication{});
  store->save_check_run("o/r", "aa", 5);
  store->save_missed(2, 5);
  store->save_missed(3, 1);
  CHECK(store->queue_stats(k_start).missed == 3);
  CHECK(store->queue_stats(k_start).given_up == 1);
  CHECK(store->forgotten_repositories().empty());
  store->forget("o/r");
  const auto forgotten = store->forgotten_repositories();
  REQUIRE(forgotten.size() == 1);
  CHECK(forgotten.front().name == "o/r");
  CHECK_FALSE(store->load_report("o/r", 7, "aa"));
  CHECK_FALSE(store->load("o/r", 7));
  CHECK(store->check_run("o/r", "aa") == 0);
  CHECK(store->load_report("o/s", 7, "aa"));
  CHECK(store->contributors("o/r", 7) == three);
  store->remember_contributor("o/new", 7, {12, "bob"});
  store->move_publications("o/r", "o/new");
  CHECK(store->contributors("o/new", 7) == three);
  CHECK(store->contributors("o/r", 7).empty());
  next_millisecond();
  store->forget("o/new");
  store->forget("o/r");
  const auto again = store->forgotten_repositories();
  REQUIRE(again.size() == 2); // by name
  CHECK(again.back().name == "o/r");
  CHECK(again.back().at > forgotten.front().at);
  store->prune_deliveries(again.front().at);
  CHECK(store->forgotten_repositories().size() == 2);
  store->prune_deliveries(later);
  CHECK(store->forgotten_repositories().empty());
}

void check_acknowledgements(const OpenStore& open) {
  auto store = open();
  Acknowledgement word;
  word.request = "comment-1";
  word.repository = "o/r";
  word.finding_id = "LL-1";
  word.rule = "capacity.drop";
  word.path = "a.ini";
  word.key = "max_client_conn";
  word.old_value = "200";
  word.new_value = "20";
  word.severity = "critical";
  word.domain = "connection-pool";
  word.pull_number = 7;
  word.head_sha = "aa";
  word.by = "sam";
  word.reason = "the fleet shrinks; 'quotes' and \\ too";
  word.at = k_start;
  word.until = k_start + 24h;
  word.related = "0123456789abcdef";
  word.digest = std::string(64, 'd');
  store->acknowledge(word);
  store->acknowledge(word); // a repeated job
  Acknowledgement other = word;
  other.repository = "o/s";
  other.until = {};
  store->acknowledge(other);
  store = open();
  auto found = store->acknowledgements("o/r");
  REQUIRE(found.size() == 1);
  CHECK(found[0].id > 0);
  word.id = found[0].id;
  CHECK(found[0] == word);
  CHECK(store->acknowledgements("O/R").empty());
  CHECK(found[0].holds_at(k_start + 24h - 1ms));
  CHECK_FALSE(found[0].holds_at(k_start + 24h));
  CHECK(store->acknowledgements("o/s")[0].holds_at(k_start + 240'000h));

  CHECK(store->last_withdrawal("o/r", "LL-1") == TimePoint{});
  store->note_withdrawal("o/r", {"LL-1", "LL-2"}, k_start + 2h);
  store->note_withdrawal("o/r", {"LL-1"}, k_start + 1h); // it came late
  store->note_withdrawal("o/r", {"LL-2"}, k_start + 3h);
  CHECK(store->last_withdrawal("o/r", "LL-1") == k_start + 2h);
  CHECK(store->last_withdrawal("o/r", "LL-2") == k_start + 3h);
  CHECK(store->last_withdrawal("o/s", "LL-1") == TimePoint{});
  store->note_withdrawal("o/new", {"LL-1"}, k_start + 1h);
  store->note_withdrawal("o/new", {"LL-2"}, k_start + 4h);
  store->move_publications("o/r", "o/new");
  CHECK(store->last_withdrawal("o/new", "LL-1") == k_start + 2h);
  CHECK(store->last_withdrawal("o/new", "LL-2") == k_start + 4h);

  CHECK_FALSE(store->withdraw(word.id + 1000, "kim", k_start + 1h));
  CHECK(store->withdraw(word.id, "kim", k_start + 1h));
  CHECK_FALSE(store->withdraw(word.id, "kim", k_start + 2h));
  CHECK(store->acknowledgements("o/r").empty());
  // Said again later: another row, and the first one stays for the audit.
  word.request = "comment-2";
  store->acknowledge(word);
  CHECK(store->acknowledgements("o/r").size() == 1);
  CHECK(store->audit("O/R", 0, 10).size() == 2); // as for GitHub
  found = store->audit("o/r", 0, 10);
  REQUIRE(found.size() == 2);
  CHECK(found[0].withdrawn_by == "kim");
  CHECK(found[0].withdrawn == k_start + 1h);
  CHECK_FALSE(found[0].holds_at(k_start));
  CHECK(found[1].withdrawn_by.empty());
  CHECK(store->audit("", 0, 10).size() == 3);
  CHECK(store->audit("", 0, 2).size() == 2);
  CHECK(store->audit("", found[0].id, 10).size() == 2);
  CHECK(store->prune_reports(k_start + 24h * 3650) == 0);
  CHECK(store->audit("", 0, 10).size() == 3); // never forgotten
}

void check_hostile_text(const OpenStore& open) {
  const auto store = open();
  Job job = pull_job("o/r", 7, "aa");
  job.kind = JobKind::command;
  job.command = std::string("/leadline ack LL-1 \xff'; DROP TABLE jobs; --\0x", 43);
  record(*store, "d1", {job});
  const LeasedJob leased = lease(*store);
  CHECK(leased.job.command.find("'; DROP TABLE jobs; --") != std::string::npos);
  CHECK(store->bury(leased, std::string(100'000, 'x') + "\xff", k_start));
  CHECK(store->jobs(JobState::dead, 1).at(0).error.size() == 4000);
}

void check_pruning(const OpenStore& open) {
  const auto store = open();
  store->record_delivery({"group", "merge_group.destroyed", "o/q", k_start - 1h}, {});
  store->record_delivery({"group 2", "merge_group.checks_requested", "o/q", k_start - 2h}, {});
  store->record_delivery({"none", "merge_groups", "o/x", k_start - 1h}, {});
  CHECK(store->repositories_with_groups(k_start - 1h) == std::vector<std::string>{"o/q"});
  CHECK(store->repositories_with_groups(k_start - 1h + 1ms).empty());
  CHECK(store->prune_deliveries(k_start - 1ms) == 3);
  record(*store, "done", {pull_job("o/r", 7, "aa")});
  store->finish(lease(*store));
  record(*store, "queued", {pull_job("o/r", 7, "bb")});
  CHECK(store->prune_deliveries(k_start) == 0);
  CHECK(store->prune_deliveries(k_start + 1ms) == 1);
  CHECK_FALSE(store->find_delivery("done"));
  CHECK(store->find_delivery("queued"));
  CHECK_NOTHROW(store->check_writable());
  CHECK_NOTHROW(store->check_writable());
  store->save_report("o/r", 7, "aa", "{}");
  store->save("o/r", 7, Publication{});
  CHECK(store->prune_reports(k_start) == 0);
  const auto later = std::chrono::time_point_cast<std::chrono::milliseconds>(
      std::chrono::system_clock::now() + 1h);
  CHECK(store->prune_reports(later) == 1);
  CHECK_FALSE(store->load_report("o/r", 7, "aa"));
  CHECK_FALSE(store->load("o/r", 7));
}

void check_chores(const OpenStore& open) {
  auto store = open();
  CHECK(store->claim_chore("look", k_start, 5min, 5min));
  CHECK_FALSE(store->claim_chore("look", k_start, 5min, 5min));
  CHECK(store->claim_chore("sweep", k_start, 5min, 5min));
  CHECK(store->chore_reached("look") == TimePoint{});
  store->save_chore_reached("look", k_start);
  store = open();
  CHECK_FALSE(store->claim_chore("look", k_start + 5min - 1ms, 5min, 5min));
  CHECK(store->claim_chore("look", k_start + 5min, 5min, 5min));
  CHECK(store->chore_reached("look") == k_start);
  store->save_chore_reached("new", k_start + 1s);
  CHECK(store->chore_reached("new") == k_start + 1s);
  CHECK(store->claim_chore("new", k_start, 5min, 5min));
  // Given back, or done: who claimed it knows when it is due.
  store->set_chore_due("new", k_start + 1min);
  CHECK_FALSE(store->claim_chore("new", k_start + 1min - 1ms, 5min, 5min));
  CHECK(store->claim_chore("new", k_start + 1min, 5min, 5min));
  CHECK(store->chore_reached("new") == k_start + 1s);
}

void check_move(const std::string& to) {
  const TemporaryFolder folder;
  const std::string path = (folder.path() / "old.sqlite").string();
  const std::string from = "sqlite:" + path;
  CHECK_THROWS_WITH(move_store(from, to), Catch::Contains("no database"));
  const auto running = open_store(from); // a server that was not stopped
  for (int number = 1; number <= 1200; ++number) {
    record(*running, "d" + std::to_string(number), {pull_job("o/r", number, "aa")});
  }
  const LeasedJob leased = lease(*running);
  running->bury(lease(*running), "refused\n\xE2\x82\xAC", k_start + 1s);
  Publication publication;
  publication.head_sha = "aa";
  publication.sticky_comment_id = 7;
  running->save("o/r", 1, publication);
  running->save_chore_reached("look", k_start);

  const auto rows = move_store(from, to);
  CHECK(rows.at("deliveries") == 1200);
  CHECK(rows.at("jobs") == 1200);
  const auto store = open_store(to);
  CHECK(store->queue_stats(k_start).waiting == 1198);
  CHECK(store->queue_stats(k_start).running == 1);
  CHECK(store->queue_stats(k_start).lost == 0);
  CHECK(store->jobs(JobState::dead, 1).at(0).error == "refused\n\xE2\x82\xAC");
  CHECK(store->load("o/r", 1) == publication);
  CHECK(store->chore_reached("look") == k_start);
  CHECK(state_of(*store, "d2") == DeliveryState::failed);
  CHECK(record(*store, "d5", {pull_job("o/r", 5, "aa")}) == RecordOutcome::duplicate);
  CHECK(store->finish(leased)); // by whoever has the lease
  // New jobs get new numbers.
  record(*store, "new", {pull_job("o/r", 5000, "aa")});
  CHECK(store->jobs(JobState::waiting, 5000).back().job.id > 1200);

  // Nothing is taken in, worked on or renewed behind the move, and it is done once.
  CHECK_THROWS_AS(record(*running, "late", {pull_job("o/r", 1, "bb")}), Error);
  CHECK_THROWS_AS(running->enqueue(pull_job("o/r", 1, "bb"), k_start), Error);
  CHECK_THROWS_AS(running->lease_next({"worker", k_start + 1h, k_lease}), Error);
  CHECK_THROWS_AS(running->heartbeat(leased, k_start + 1h), Error);
  CHECK_THROWS_AS(running->save("o/r", 1, publication), Error);
  CHECK_THROWS_WITH(running->check_writable(), Catch::Contains("the database was moved"));
  CHECK_THROWS_WITH(open_store(from), Catch::Contains("set DATABASE_URL to where it is now"));
  CHECK_THROWS_WITH(move_store(from, to), Catch::Contains("was moved already"));
  const std::string other = "sqlite:" + (folder.path() / "other.sqlite").string();
  record(*open_store(other), "d1", {pull_job("o/r", 1, "aa")});
  CHECK_THROWS_WITH(move_store(other, to), Catch::Contains("is not empty"));
  CHECK(record(*open_store(other), "d2", {}) == RecordOutcome::recorded); // nothing was changed
  CHECK_THROWS_WITH(move_store(to, to), Catch::Contains("another database"));
}

} // namespace leadline::tests
