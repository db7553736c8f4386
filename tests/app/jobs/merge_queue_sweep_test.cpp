// Sweeps of merge queues: which groups have no check, and when a queue is looked at.
#include "app/jobs/changed_defaults.hpp"
#include "app/jobs/job_handlers.hpp"
#include "app/jobs/lost_access.hpp"
#include "app/jobs/merge_queue_ref.hpp"
#include "app/jobs/reconcile.hpp"
#include "app/store/store.hpp"

#include "job_fixture.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace leadline;

TEST_CASE("a merge queue is not looked at where the App is gone", "[sweep_job]") {
  tests::TemporaryFolder folder;
  const auto store = open_sqlite_store((folder.path() / "s.sqlite").string());
  const TimePoint now{std::chrono::hours(24 * 365)};
  store->record_delivery({"g", "merge_group.checks_requested", "o/r", now - std::chrono::hours(1)},
                         {});
  MemoryQueue queue;
  REQUIRE(queue_group_sweeps(*store, queue, now) == 1);
  const Job look = queue.jobs.at(0);
  queue.jobs.clear();
  JobFixture f;
  const auto end_of_access = [&](const Job& job) {
    f.github.refuse = [](const HttpRequest&) {
      return json_response(404, {{"message", "Not Found"}});
    };
    f.run(job); // no failure: there is nothing to do
    const auto marked = f.log.load("o/r", 0);
    REQUIRE(marked);
    CHECK(marked->locked_out != TimePoint{});
    Publication publication = *marked;
    publication.locked_out = now;
    store->save("o/r", 0, publication);
  };
  SECTION("which is found by the look") {
    Job job = look;
    job.installation_id = 1;
    end_of_access(job);
  }
  SECTION("as an event says") {
    Job lost = f.job("d2");
    lost.kind = JobKind::command;
    lost.pull_number = 0;
    lost.command = lost.reason = k_repository_lost;
    end_of_access(lost);
    CHECK(f.github.calls.empty());
  }
  SECTION("or where it was refused and given up") { // suspended, say
    queue.dead = {look};
    CHECK(queue_group_sweeps(*store, queue, now) == 1); // it died before the group came
    queue.jobs.clear();
    queue.died = now;
  }
  CHECK(queue_group_sweeps(*store, queue, now) == 0);
  CHECK(queue.jobs.empty());
  store->record_delivery({"h", "merge_group.checks_requested", "o/r", now + std::chrono::hours(1)},
                         {});
  CHECK(queue_group_sweeps(*store, queue, now + std::chrono::hours(1)) == 1); // it is back
}

TEST_CASE("a merge queue is looked at alone, in one call", "[sweep_job]") {
  JobFixture f;
  Job look = f.sweep("gh-readonly-queue");
  f.run(look);
  CHECK(f.queue.jobs.empty());
  CHECK(f.github.rest_calls() == 1);
  f.github.branches["gh-readonly-queue/main/pr-7-0000"] = "gggg";
  f.run(look);
  REQUIRE(f.queue.jobs.size() == 1);
  CHECK(f.queue.jobs[0].kind == JobKind::merge_group);
}

TEST_CASE("a merge queue is looked at soon after it had a group, and dead sweeps are tried again",
          "[sweep_job]") {
  tests::TemporaryFolder folder;
  const auto store = open_sqlite_store((folder.path() / "s.sqlite").string());
  const TimePoint now{std::chrono::hours(24 * 365)};
  store->record_delivery({"g", "merge_group.checks_requested", "o/q", now - std::chrono::days(6)},
                         {});
  store->record_delivery({"p", "pull_request.opened", "o/p", now}, {});
  MemoryQueue queue;
  CHECK(queue_group_sweeps(*store, queue, now) == 1);
  REQUIRE(queue.jobs.size() == 1);
  CHECK(queue.jobs[0].repository == "o/q");
  CHECK(queue.jobs[0].head_ref == "gh-readonly-queue");
  CHECK(queue_group_sweeps(*store, queue, now + std::chrono::days(2)) == 0);

  const auto die = [&](Job job, TimePoint at) {
    job.repository = "o/r";
    store->enqueue(job, at);
    store->bury(*store->lease_next({"w", at, std::chrono::minutes(1)}), "down", at);
  };
  Job sweep;
  sweep.kind = JobKind::sweep;
  die(sweep, now - std::chrono::hours(23));
  Job old = sweep;
  old.head_ref = "gh-readonly-queue";
  die(old, now - std::chrono::hours(25));
  Job pull;
  pull.pull_number = 7;
  die(pull, now);
  Job event;
  event.kind = JobKind::command;
  event.command = k_defaults_changed;
  die(event, now);
  Job said = event;
  said.command = "/leadline help";
  die(said, now);
  const auto all = [] { return std::vector<std::int64_t>{1}; };
  CHECK(revive_sweeps(*store, now, all) == 2);
  CHECK(store->queue_stats(now).dead == 3);
  CHECK(store->queue_stats(now).waiting == 2);
}

TEST_CASE("a group that passed by other defaults of its organisation is judged again",
          "[sweep_job]") {
  JobFixture f;
  f.github.organisation_files[".github/leadline.yml"] = "fail_on: never\n";
  f.git.commits["gggg"] = f.git.commits["aaaa"];
  f.github.branches["gh-readonly-queue/main/pr-7-bbbb"] = "gggg";
  Job sweep = f.sweep(k_merge_queue_prefix);
  f.run(sweep);
  f.run_queued();
  CHECK(f.last_check()["conclusion"] == "success");
  f.clock.pass(std::chrono::minutes(2));
  f.run(sweep);
  CHECK(f.queue.jobs.empty());

  f.github.organisation_files[".github/leadline.yml"] = "fail_on: high\n";
  f.clock.pass(std::chrono::minutes(2));
  sweep.delivery_id = "another";
  f.run(sweep);
  REQUIRE(f.queue.jobs.size() == 1);
  CHECK(f.queue.jobs[0].again);
  CHECK(f.queue.jobs[0].reason == k_defaults_changed);
  f.run_queued();
  CHECK(f.last_check()["conclusion"] == "failure");
  f.run(sweep);
  CHECK(f.queue.jobs.empty());

  f.github.organisation_files.clear(); // out of sight: what was judged by them stands
  f.github.installed.clear();
  f.clock.pass(std::chrono::minutes(2));
  f.run(sweep);
  CHECK(f.queue.jobs.empty());
}

TEST_CASE("a merge queue's group without a finished check is found by a sweep", "[sweep_job]") {
  JobFixture f;
  Job sweep = f.sweep();
  f.run(f.job("d1"));
  f.git.commits["gggg"] = f.git.commits["aaaa"];
  f.github.branches["gh-readonly-queue/main/pr-7-0000"] = "gggg";
  std::string base;               // asked for when it is judged
  f.github.tips["main"] = "eeee"; // has moved on since its pull request was opened
  f.git.commits["eeee"] = f.git.commits["bbbb"];
  f.git.commits["eeee"]["README.md"] = "of somebody else\n";
  f.git.commits["gggg"]["README.md"] = "of somebody else\n";
  SECTION("its event never came") {}
  SECTION("its job died") {
    Job dead = f.job("d2");
    dead.kind = JobKind::merge_group;
    dead.pull_number = 0;
    dead.head_sha = "gggg";
    dead.base_sha = base = "b2b2";
    f.git.commits["b2b2"] = f.git.commits["bbbb"];
    f.queue.dead = {dead};
  }
  f.github.forget_calls();
  f.run(sweep);
  REQUIRE(f.queue.jobs.size() == 1);
  CHECK(f.queue.jobs[0].kind == JobKind::merge_group);
  CHECK(f.queue.jobs[0].head_sha == "gggg");
  CHECK(f.queue.jobs[0].base_sha == base);
  CHECK(f.github.rest_calls() == 3); // pull requests, branches, the checks of one
  f.run(sweep);                      // it waits already
  CHECK(f.queue.jobs.size() == 1);
  f.run_queued();
  CHECK(f.github.checks.back().head_sha == "gggg");
  const auto report = nlohmann::json::parse(f.log.reports.at("0 gggg"));
  CHECK(report["range"]["base"] == "eeee"); // what is in the branch already
  CHECK(f.last_check()["conclusion"] == "failure");
  f.github.forget_calls();
  f.run(sweep);
  CHECK(f.queue.jobs.empty());
  CHECK(f.github.rest_calls() == 2);
}
