#include "contract_parts.hpp"
#include "tests/app/store/store_contract.hpp"

#include <catch2/catch.hpp>

namespace leadline::tests {

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

  // What happened earlier came later: the newer head counts, and who asked is heeded.
  store->release(leased);
  Job now = pull_job("o/r", 7, "cd");
  now.asked_at = k_start + 2s;
  record(*store, "d2 now", {now});
  Job late = pull_job("o/r", 7, "ab");
  late.asked_at = k_start + 1s;
  late.reason = "opened";
  record(*store, "d2 late", {late});
  CHECK(store->jobs_like(now)[0].job.head_sha == "cd");
  CHECK(store->jobs_like(now)[0].job.delivery_id == "d2 late");
  record(*store, "d2 later", {late});
  CHECK(store->jobs_like(now)[0].job.head_sha == "cd");
  Job same = now;
  same.head_sha = "ef";
  record(*store, "d2 newest", {same}); // of the same second: by arrival
  const LeasedJob after = lease(*store);
  CHECK(after.job.head_sha == "ef");
  CHECK(after.job.again);

  // A running job is left alone; the new one waits behind it.
  record(*store, "d3", {pull_job("o/r", 7, "cc")});
  CHECK(store->queue_stats(k_start).waiting == 1);
  CHECK_FALSE(store->lease_next({"worker", k_start, k_lease}));
  CHECK(store->finish(after));
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

  // A verdict that is asked for anew, of a head whose late delivery had nothing to show.
  Job rerun = pull_job("o/r", 7, "bb");
  rerun.again = true;
  record(*store, "d3 again", {rerun});
  const auto fourth = store->lease_unannounced(terms, k_start + 1ms);
  REQUIRE(fourth);
  CHECK(fourth->job.again);
  CHECK(store->end_announcing(*fourth, std::nullopt));
  record(*store, "d3 once more", {pull_job("o/r", 7, "bb")});
  CHECK_FALSE(store->lease_unannounced(terms, k_start + 1ms)); // it stands there
  Job labelled = pull_job("o/r", 17, "aa");
  labelled.label = labelled.reason = "labeled";
  record(*store, "label", {labelled});
  const auto label = store->lease_unannounced(terms, k_start + 1ms);
  REQUIRE(label);
  CHECK(store->end_announcing(*label, std::nullopt));
  labelled.label = "accepted"; // which may mean something
  record(*store, "other label", {labelled});
  const auto both = store->lease_unannounced(terms, k_start + 1ms);
  REQUIRE(both);
  CHECK(both->job.label == "labeled\naccepted");
  CHECK(store->end_announcing(*both, std::nullopt));
  record(*store, "push", {pull_job("o/r", 17, "aa")}); // which means something by itself
  REQUIRE(store->lease_unannounced(terms, k_start + 1ms));
  store->cancel(labelled);

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
  CHECK(store->retry(run, k_start, "down"));                   // the newer one takes it over
  CHECK(store->jobs_like(run.job).size() == 1);

  // Installations take turns here too.
  std::vector<std::string> order;
  for (int number = 1; number <= 3; ++number) {
    record(*store, "busy" + std::to_string(number), {pull_job("busy/r", number, "aa")});
  }
  Job quiet = pull_job("quiet/r", 1, "aa");
  quiet.installation_id = 2;
  record(*store, "quiet", {quiet});
  LeaseTerms without = terms;
  without.not_of_installations = {2};
  const auto busy = store->lease_unannounced(without, k_start + 1ms);
  REQUIRE(busy);
  CHECK(busy->job.installation_id == 1);
  CHECK(store->end_announcing(*busy, k_start));
  without.not_of_installations = {2, 1};
  CHECK_FALSE(store->lease_unannounced(without, k_start + 1ms));
  while (const auto next = store->lease_unannounced(terms, k_start + 1ms)) {
    order.push_back(next->job.repository);
    CHECK(store->end_announcing(*next, std::nullopt));
  }
  REQUIRE(order.size() == 5); // one is 7's newest
  CHECK(order[0] == "quiet/r");
}

// The next try may be hours away, and the one before may have failed before it showed anything.
void check_announcing_of_tried(const OpenStore& open) {
  const auto store = open();
  record(*store, "d1", {pull_job("o/r", 7, "aa")});
  CHECK(store->retry(lease(*store), k_start + 1h, "down"));
  const LeaseTerms terms{"worker", k_start + 1s, k_lease};
  const auto tried = store->lease_unannounced(terms, k_start + 1ms);
  REQUIRE(tried);
  CHECK(tried->job.pull_number == 7);
  CHECK(store->end_announcing(*tried, std::nullopt));
  CHECK_FALSE(store->lease_unannounced(terms, k_start + 1ms)); // once
  CHECK_FALSE(store->lease_next(terms));                       // and no sooner for it
  const auto again = store->lease_next({"worker", k_start + 1h, k_lease});
  REQUIRE(again);
  CHECK(again->job.attempt == 2);
  CHECK(again->last_error == "down");
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

} // namespace leadline::tests
