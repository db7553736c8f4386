#include "tests/app/store/store_contract.hpp"

#include "app/store/store_copy.hpp"
#include "base/error.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <array>
#include <atomic>
#include <map>
#include <set>
#include <thread>

namespace leadline::tests {
namespace {

using namespace std::chrono_literals;

const TimePoint k_start{1'700'000'000'000ms};
constexpr std::chrono::milliseconds k_lease = 60s;

Job pull_job(const std::string& repository, int number, const std::string& head) {
  Job job;
  job.installation_id = 1;
  job.repository = repository;
  job.pull_number = number;
  job.head_sha = head;
  job.reason = "synchronize";
  return job;
}

Delivery delivery(const std::string& id) {
  return {id, "pull_request.synchronize", "o/r", k_start};
}

RecordOutcome record(Store& store, const std::string& id, std::vector<Job> jobs) {
  for (Job& job : jobs) {
    job.delivery_id = id;
  }
  return store.record_delivery(delivery(id), jobs);
}

LeasedJob lease(Store& store, TimePoint now = k_start) {
  const std::optional<LeasedJob> leased = store.lease_next({"worker", now, k_lease});
  REQUIRE(leased);
  return *leased;
}

// When a row was written is known to a millisecond.
void next_millisecond() {
  const auto now = [] {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  };
  const auto start = now();
  while (now() <= start) {
    std::this_thread::sleep_for(1ms);
  }
}

DeliveryState state_of(Store& store, const std::string& id) {
  const auto record = store.find_delivery(id);
  REQUIRE(record);
  return record->state;
}

} // namespace

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

void check_merging(const OpenStore& open) {
  const auto store = open();
  Job rerun = pull_job("o/r", 7, "aa");
  rerun.again = true;
  rerun.comment_id = 99;
  rerun.sender = "octocat";
  rerun.reason = "rerun by octocat";
  record(*store, "d1", {rerun});
  Job pushed = pull_job("o/r", 7, "bb");
  pushed.sender = "bob";
  pushed.sender_id = 12;
  record(*store, "d2", {pushed});
  CHECK(store->queue_stats(k_start).waiting == 1);
  CHECK(state_of(*store, "d1") == DeliveryState::superseded);

  const LeasedJob leased = lease(*store);
  CHECK(leased.job.head_sha == "bb");
  CHECK(leased.job.delivery_id == "d2");
  CHECK(leased.job.again);
  CHECK(leased.job.comment_id == 99);
  CHECK(leased.job.sender == "octocat");
  CHECK(leased.job.reason == "rerun by octocat");

  // A running job is left alone; the new one waits behind it.
  record(*store, "d3", {pull_job("o/r", 7, "cc")});
  CHECK(store->queue_stats(k_start).waiting == 1);
  CHECK_FALSE(store->lease_next({"worker", k_start, k_lease}));
  CHECK(store->finish(leased));
  const LeasedJob next = lease(*store);
  CHECK(next.job.head_sha == "cc");
  CHECK_FALSE(next.job.again);

  // A running job that must wait again gives way to what came meanwhile, which keeps who asked.
  rerun.head_sha = "dd";
  store->finish(next);
  record(*store, "d4", {rerun});
  const LeasedJob old = lease(*store);
  record(*store, "d5", {pull_job("o/r", 7, "ee")});
  CHECK(store->retry(old, k_start + 1h, "down"));
  CHECK(state_of(*store, "d4") == DeliveryState::superseded);
  const LeasedJob newest = lease(*store);
  CHECK(newest.job.head_sha == "ee");
  CHECK(newest.job.again);
  CHECK(newest.job.attempt == 1);
  CHECK(store->queue_stats(k_start).waiting == 0);

  store->finish(newest);

  // Nothing is lost of a job that gives way to one that says less.
  Job full = pull_job("o/r", 0, "a1");
  full.kind = JobKind::merge_group;
  full.base_sha = "b1";
  full.head_ref = "gh-readonly-queue/main/pr-7-b1";
  full.association = "MEMBER";
  full.sender = "octocat";
  full.again = true;
  record(*store, "d8", {full});
  const LeasedJob tried = lease(*store);
  Job bare = pull_job("o/r", 0, "a1");
  bare.kind = JobKind::merge_group;
  record(*store, "d9", {bare});
  CHECK(store->retry(tried, k_start + 1h, "down"));
  const LeasedJob whole = lease(*store);
  CHECK(whole.job.base_sha == "b1");
  CHECK(whole.job.head_ref == full.head_ref);
  CHECK(whole.job.association == "MEMBER");
  CHECK(whole.job.again);
  store->finish(whole);

  // Labels replace nothing, and gather; what names no head keeps the one that waits.
  Job labelled = pull_job("o/r", 7, "ff");
  labelled.reason = "labeled";
  labelled.label = "bug";
  record(*store, "d10", {pull_job("o/r", 7, "ff")});
  record(*store, "d11", {labelled});
  const LeasedJob push = lease(*store);
  CHECK(push.job.label.empty());
  CHECK(push.job.reason == "synchronize");
  store->finish(push);
  record(*store, "d12", {labelled});
  labelled.label = "accepted";
  record(*store, "d13", {labelled});
  const LeasedJob labels = lease(*store);
  CHECK(labels.job.label == "bug\naccepted");
  store->finish(labels);
  record(*store, "d14", {labelled});
  Job wished = pull_job("o/r", 7, "");
  wished.again = true;
  record(*store, "d15", {wished});
  const LeasedJob both = lease(*store);
  CHECK(both.job.label.empty());
  CHECK(both.job.head_sha == "ff");
  CHECK(both.job.again);
  store->finish(both);

  // Commands, other pull requests and other kinds do not merge.
  Job command = pull_job("o/r", 8, "");
  command.kind = JobKind::command;
  command.command = "/leadline help";
  Job group = pull_job("o/r", 0, "ff");
  group.kind = JobKind::merge_group;
  record(*store, "d6",
         {command, command, pull_job("o/r", 8, "aa"), pull_job("o/r", 9, "aa"), group,
          pull_job("O/r", 8, "aa")});
  CHECK(store->queue_stats(k_start).waiting == 6);
}

void check_lanes(const OpenStore& open) {
  const auto store = open();
  Job command = pull_job("o/r", 7, "");
  command.kind = JobKind::command;
  command.command = "/leadline ack LL-1 fine";
  command.review_comment = true;
  record(*store, "d1", {command, pull_job("o/r", 7, "aa"), pull_job("o/r", 8, "bb")});
  const LeasedJob first = lease(*store);
  CHECK(first.job.kind == JobKind::command);
  CHECK(first.job.command == "/leadline ack LL-1 fine");
  CHECK(first.job.review_comment);
  CHECK(lease(*store).job.pull_number == 8); // 7 is taken
  CHECK_FALSE(store->lease_next({"worker", k_start, k_lease}));
  store->finish(first);
  CHECK(lease(*store).job.pull_number == 7);
}

void check_announcing(const OpenStore& open) {
  const auto store = open();
  const LeaseTerms terms{"worker", k_start + 1s, k_lease};
  Job command = pull_job("o/r", 6, "");
  command.kind = JobKind::command;
  Job group = pull_job("o/r", 0, "99");
  group.kind = JobKind::merge_group;
  group.head_ref = "gh-readonly-queue/main/pr-1-a";
  group.sender_id = 31;
  group.association = "MEMBER";
  group.asked_at = k_start;
  record(*store, "d1", {command, pull_job("o/r", 7, "aa"), group});
  command.command = "/leadline help";
  CHECK_FALSE(store->lease_unannounced(terms, k_start)); // has not waited
  const auto first = store->lease_unannounced(terms, k_start + 1ms);
  REQUIRE(first);
  CHECK(first->job.pull_number == 7);
  const auto second = store->lease_unannounced(terms, k_start + 1ms);
  REQUIRE(second);
  CHECK(second->job.head_ref == group.head_ref);
  CHECK(second->job.sender_id == 31);
  CHECK(second->job.association == "MEMBER");
  CHECK(second->job.asked_at == k_start);
  CHECK_FALSE(store->lease_unannounced(terms, k_start + 1ms));
  // What could not be announced is tried again; a lease that lapses announces nothing.
  CHECK(store->end_announcing(*first, k_start + 5s));
  CHECK(store->end_announcing(*second, std::nullopt));
  CHECK_FALSE(store->end_announcing(*second, std::nullopt)); // no longer its
  CHECK_FALSE(store->lease_unannounced(terms, k_start + 1ms));
  const LeaseTerms then{"worker", k_start + 5s, k_lease};
  const auto repeated = store->lease_unannounced(then, k_start + 1ms);
  REQUIRE(repeated);
  CHECK(repeated->job.pull_number == 7);
  CHECK(store->end_announcing(*repeated, std::nullopt));
  CHECK_FALSE(store->lease_unannounced(then, k_start + 1ms)); // once
  record(*store, "d2", {pull_job("o/r", 7, "aa")});
  CHECK_FALSE(store->lease_unannounced(terms, k_start + 1ms));
  record(*store, "d3", {pull_job("o/r", 7, "bb")}); // another head
  const auto third = store->lease_unannounced(terms, k_start + 1ms);
  REQUIRE(third);
  CHECK(third->job.head_sha == "bb");
  CHECK(store->end_announcing(*third, std::nullopt));

  REQUIRE(store->jobs_like(pull_job("o/r", 7, "")).size() == 1);
  CHECK(store->jobs_like(pull_job("o/r", 7, ""))[0].job.head_sha == "bb");
  CHECK(store->jobs_like(pull_job("o/r", 7, ""))[0].state == JobState::waiting);
  CHECK(store->jobs_like(pull_job("o/r", 8, "")).empty());
  CHECK(store->jobs_like(command).empty());
  CHECK(lease(*store).job.kind == JobKind::merge_group);
  CHECK(lease(*store).job.kind == JobKind::command);
  const LeasedJob run = lease(*store);
  CHECK(run.job.attempt == 1); // what was only announced was not tried
  record(*store, "d4", {pull_job("o/r", 7, "cc")});
  CHECK(store->jobs_like(run.job).size() == 2);
  CHECK_FALSE(store->lease_unannounced(terms, k_start + 1ms)); // its lane is taken
  CHECK(store->retry(run, k_start, "down"));                   // it has a check of its own by now
  CHECK(store->jobs_like(run.job).size() == 1);

  // Installations take turns here too.
  std::vector<std::string> order;
  for (int number = 1; number <= 3; ++number) {
    record(*store, "busy" + std::to_string(number), {pull_job("busy/r", number, "aa")});
  }
  Job quiet = pull_job("quiet/r", 1, "aa");
  quiet.installation_id = 2;
  record(*store, "quiet", {quiet});
  while (const auto next = store->lease_unannounced(terms, k_start + 1ms)) {
    order.push_back(next->job.repository);
    CHECK(store->end_announcing(*next, std::nullopt));
  }
  REQUIRE(order.size() == 5); // one is 7's newest
  CHECK(order[0] == "quiet/r");
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
  store->forget("o/r");
  CHECK_FALSE(store->load_report("o/r", 7, "aa"));
  CHECK_FALSE(store->load("o/r", 7));
  CHECK(store->check_run("o/r", "aa") == 0);
  CHECK(store->load_report("o/s", 7, "aa"));
  CHECK(store->contributors("o/r", 7) == three);
  store->remember_contributor("o/new", 7, {12, "bob"});
  store->move_publications("o/r", "o/new");
  CHECK(store->contributors("o/new", 7) == three);
  CHECK(store->contributors("o/r", 7).empty());
}

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
  CHECK(store->queue_stats(k_start).lost == 0);
}

void check_turns(const OpenStore& open) {
  const auto store = open();
  for (int number = 1; number <= 5; ++number) {
    record(*store, "busy" + std::to_string(number), {pull_job("busy/r", number, "aa")});
  }
  Job quiet = pull_job("quiet/r", 1, "aa");
  quiet.installation_id = 2;
  record(*store, "quiet", {quiet});
  std::vector<std::string> order;
  while (const auto leased = store->lease_next({"worker", k_start, k_lease})) {
    order.push_back(leased->job.repository + std::to_string(leased->job.pull_number));
    store->finish(*leased);
  }
  CHECK(order == std::vector<std::string>{"busy/r1", "quiet/r1", "busy/r2", "busy/r3", "busy/r4",
                                          "busy/r5"});

  // Of one installation first what a merge queue waits for, last what nobody waits for.
  Job sweep = pull_job("one/r", 0, "");
  sweep.kind = JobKind::sweep;
  Job group = pull_job("one/r", 0, "cc");
  group.kind = JobKind::merge_group;
  record(*store, "sweep", {sweep});
  record(*store, "push", {pull_job("one/r", 1, "aa")});
  record(*store, "group", {group});
  std::vector<JobKind> kinds;
  while (const auto leased = store->lease_next({"worker", k_start, k_lease})) {
    kinds.push_back(leased->job.kind);
    store->finish(*leased);
  }
  CHECK(kinds == std::vector<JobKind>{JobKind::merge_group, JobKind::pull_request, JobKind::sweep});

  // Before both what an event has changed; a look at merge queues is no sweep that can wait.
  Job event = pull_job("one/r", 0, "cc");
  event.kind = JobKind::command;
  event.command = "merge group destroyed";
  Job look = sweep;
  look.head_ref = "gh-readonly-queue";
  Job said = pull_job("one/r", 2, "");
  said.kind = JobKind::command;
  said.command = "/leadline help";
  record(*store, "sweep 2", {sweep});
  record(*store, "said 2", {said});
  record(*store, "look 2", {look});
  record(*store, "event 2", {event});
  std::vector<std::string> deliveries;
  while (const auto leased = store->lease_next({"worker", k_start, k_lease})) {
    deliveries.push_back(leased->job.delivery_id);
    store->finish(*leased);
  }
  CHECK(deliveries == std::vector<std::string>{"event 2", "look 2", "said 2", "sweep 2"});
}

void check_leases(const OpenStore& open) {
  auto store = open();
  record(*store, "d1", {pull_job("o/r", 7, "aa")});
  const LeasedJob first = lease(*store);
  CHECK_FALSE(store->lease_next({"other", k_start + k_lease - 1ms, k_lease}));
  CHECK(store->heartbeat(first, k_start + 2 * k_lease));
  CHECK_FALSE(store->lease_next({"other", k_start + k_lease, k_lease}));

  // The process died: another one takes the job over, and the first one has nothing to say any
  // more.
  store = open();
  record(*store, "d2", {pull_job("o/r", 7, "bb")});
  const TimePoint later = k_start + 2 * k_lease;
  const LeasedJob second = lease(*store, later);
  CHECK(second.job.head_sha == "aa"); // still the same job, not the one behind it
  CHECK(second.job.attempt == 2);
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

  // Work that nobody delivered.
  store->enqueue(pull_job("o/r", 9, "cc"), k_start);
  store->enqueue(pull_job("o/r", 9, "dd"), k_start);
  leased = lease(*store);
  CHECK(leased.job.head_sha == "dd");
  CHECK(store->finish(leased));
}

void check_publications(const OpenStore& open) {
  auto store = open();
  CHECK_FALSE(store->load("o/r", 7));
  CHECK(store->check_run("o/r", "aa") == 0);
  CHECK_FALSE(store->load_report("o/r", 7, "aa"));
  Publication publication;
  publication.head_sha = "aa";
  publication.check_run_id = 5'000'000'000;
  publication.sticky_comment_id = 6;
  publication.sticky_hidden = true;
  publication.check_name = "risk";
  publication.override_label = "accepted";
  publication.overridden = true;
  publication.judged_head = "aa";
  publication.owed_head = "ab";
  publication.queued_heads = {"ac"};
  publication.seen = {{k_start, "aa", {"LL-1"}}};
  publication.defaults = "none";
  publication.defaults_changed_by = "d1#0";
  publication.findings = {{"LL-1", 11, "node", false}, {"LL-2", 0, "", true}};
  store->save("o/r", 7, publication);
  store->save_check_run("o/r", "aa", k_check_run_intended);
  store->save_check_run("o/r", "aa", 5'000'000'000);
  store->save_report("o/r", 7, "aa", "{}");
  store->save_report("o/r", 7, "aa", "{\"schema\": 1}\n");
  store = open();
  CHECK(store->load("o/r", 7) == publication);
  CHECK_FALSE(store->load("o/r", 8));
  CHECK(store->check_run("o/r", "aa") == 5'000'000'000);
  CHECK(store->check_run_state("o/r", "aa") == CheckRunState());
  store->save_check_run("o/r", "aa", 6, {CheckRunState::Step::queued, ""});
  CHECK(store->check_run_state("o/r", "aa").step == CheckRunState::Step::queued);
  const CheckRunState ended{CheckRunState::Step::ended, "d1#7"};
  store->save_check_run("o/r", "aa", 7, ended);
  CHECK(store->check_run_state("o/r", "aa") == ended);
  store->save_check_run("o/r", "aa", 8);
  CHECK(store->check_run_state("o/r", "aa") == CheckRunState());
  CHECK(store->check_run_state("o/r", "bb") == CheckRunState());
  CHECK(store->load_report("o/r", 7, "aa") == "{\"schema\": 1}\n");
  // Two pull requests may share a head.
  store->save_report("o/r", 8, "aa", "{\"schema\": 1, \"of\": 8}\n");
  CHECK(store->load_report("o/r", 7, "aa") == "{\"schema\": 1}\n");
  CHECK(store->load_report("o/r", 8, "aa") == "{\"schema\": 1, \"of\": 8}\n");
  publication.findings.clear();
  store->save("o/r", 7, publication);
  CHECK(store->load("o/r", 7) == publication);
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

void check_share_of_an_installation(const OpenStore& open) {
  const auto store = open();
  for (int number = 1; number <= 4; ++number) {
    record(*store, "busy" + std::to_string(number), {pull_job("busy/r", number, "aa")});
  }
  Job quiet = pull_job("quiet/r", 1, "aa");
  quiet.installation_id = 2;
  const auto take = [&](const std::string& worker, TimePoint now = k_start) {
    const auto leased = store->lease_next({worker, now, k_lease, 2});
    return leased ? leased->job.repository : "nothing";
  };
  CHECK(take("one") == "busy/r");
  CHECK(take("one") == "busy/r");
  CHECK(take("one") == "nothing");
  record(*store, "quiet", {quiet});
  CHECK(take("one") == "quiet/r");
  CHECK(take("other") == "busy/r");
  CHECK(take("other") == "busy/r");
  // What lapsed is held by nobody.
  CHECK(take("one", k_start + k_lease) == "quiet/r");
  CHECK(take("one", k_start + k_lease) == "busy/r");
}

void check_chores(const OpenStore& open) {
  auto store = open();
  CHECK(store->claim_chore("look", k_start, 5min));
  CHECK_FALSE(store->claim_chore("look", k_start, 5min));
  CHECK(store->claim_chore("sweep", k_start, 5min));
  CHECK(store->chore_reached("look") == TimePoint{});
  store->save_chore_reached("look", k_start);
  store = open();
  CHECK_FALSE(store->claim_chore("look", k_start + 5min - 1ms, 5min));
  CHECK(store->claim_chore("look", k_start + 5min, 5min));
  CHECK(store->chore_reached("look") == k_start);
  store->save_chore_reached("new", k_start + 1s);
  CHECK(store->chore_reached("new") == k_start + 1s);
  CHECK(store->claim_chore("new", k_start, 5min));
}

void check_repository_moves(const OpenStore& open) {
  auto store = open();
  const auto publication = [](std::int64_t sticky) {
    Publication made;
    made.head_sha = "aa";
    made.base_sha = "bb";
    made.sticky_comment_id = sticky;
    return made;
  };
  store->save("o/new", 8, publication(1)); // of who had the name before
  next_millisecond();
  store->save("o/old", 7, publication(7));
  store->save("o/old", 8, publication(8));
  store->save("o/old", 9, publication(9));
  store->save_check_run("o/old", "aa", 5);
  store->save_report("o/old", 7, "aa", "{}");
  next_millisecond();
  store->save("o/new", 9, publication(99)); // by a run that was faster than the news
  store->save("o/other", 7, publication(3));

  record(*store, "d1", {pull_job("o/old", 7, "aa")});
  Job again = pull_job("o/old", 8, "aa");
  again.again = true;
  record(*store, "d2", {again});
  record(*store, "d3", {pull_job("o/old", 5, "aa")});
  LeasedJob leased = lease(*store); // 7
  REQUIRE(leased.job.pull_number == 7);
  CHECK(store->bury(leased, "refused", k_start));
  record(*store, "d4", {pull_job("o/new", 8, "bb")});
  record(*store, "d5", {pull_job("o/other", 1, "aa")});

  for (int tries = 0; tries < 2; ++tries) { // it may be told twice
    store->move_publications("o/old", "o/new");
    store->move_jobs("o/old", "o/new", 2, k_start);
  }
  store = open();
  CHECK(store->load("o/new", 7) == publication(7));
  CHECK(store->load("o/new", 8) == publication(8));
  CHECK(store->load("o/new", 9) == publication(99));
  CHECK_FALSE(store->load("o/old", 7));
  CHECK_FALSE(store->load("o/old", 9));
  CHECK(store->load("o/other", 7) == publication(3));
  CHECK(store->check_run("o/new", "aa") == 5);
  CHECK(store->check_run("o/old", "aa") == 0);
  CHECK(store->load_report("o/new", 7, "aa") == "{}");
  store->move_publications("o/new", "o/new");
  CHECK(store->load("o/new", 7) == publication(7));

  std::map<int, Job> waiting;
  for (const JobRecord& each : store->jobs(JobState::waiting, 100)) {
    if (each.job.repository != "o/other") {
      CHECK(each.job.repository == "o/new");
      waiting[each.job.pull_number] = each.job;
    }
  }
  REQUIRE(waiting.size() == 2);
  CHECK(waiting[5].installation_id == 2);
  CHECK(waiting[8].head_sha == "bb"); // the newer one, which keeps what a person asked for
  CHECK(waiting[8].again);
  CHECK(state_of(*store, "d2") == DeliveryState::superseded);
  CHECK(state_of(*store, "d3") == DeliveryState::queued);
  CHECK(store->queue_stats(k_start).lost == 0);
  const auto dead = store->jobs(JobState::dead, 1);
  CHECK(dead.at(0).job.repository == "o/new");
  CHECK(store->revive(dead.at(0).job.id, k_start));
  // Lanes go by the new name: of one pull request one job runs at a time.
  std::size_t running = 0;
  while (store->lease_next({"worker", k_start, k_lease})) {
    ++running;
  }
  CHECK(running == 4);
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

  // Nothing is taken in behind the move, and it is done once.
  CHECK_THROWS_AS(record(*running, "late", {pull_job("o/r", 1, "bb")}), Error);
  CHECK_THROWS_WITH(move_store(from, to), Catch::Contains("was moved already"));
  const std::string other = "sqlite:" + (folder.path() / "other.sqlite").string();
  record(*open_store(other), "d1", {pull_job("o/r", 1, "aa")});
  CHECK_THROWS_WITH(move_store(other, to), Catch::Contains("is not empty"));
  CHECK(record(*open_store(other), "d2", {}) == RecordOutcome::recorded); // nothing was changed
  CHECK_THROWS_WITH(move_store(to, to), Catch::Contains("another database"));
}

} // namespace leadline::tests
