#include "app/jobs/changed_defaults.hpp"
#include "app/jobs/expired_words.hpp"
#include "app/jobs/job_handlers.hpp"
#include "app/jobs/lost_checks.hpp"
#include "app/jobs/merge_queue_ref.hpp"
#include "app/jobs/reconcile.hpp"
#include "app/store/store.hpp"

#include "job_fixture.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace leadline;

TEST_CASE("a check that was left in progress is concluded, and its pull request queued",
          "[sweep_job]") {
  JobFixture f;
  f.run(f.job());
  f.log = MemoryLog();
  f.github.checks[0].fields["status"] = "in_progress";
  f.github.checks[0].fields.erase("conclusion");
  Job sweep = f.sweep();
  f.run(sweep);
  CHECK(f.last_check()["status"] == "in_progress"); // it may still be running
  f.queue.jobs.clear();
  f.clock.pass(std::chrono::hours(2));
  f.run(sweep);
  CHECK(f.last_check()["status"] == "completed");
  CHECK(f.last_check()["conclusion"] == "action_required");
  CHECK(f.queue.jobs.size() == 1);
}

TEST_CASE("what passed by an acknowledgement is run again when its time is over", "[sweep_job]") {
  JobFixture f;
  f.run(f.job());
  const auto finding = nlohmann::json::parse(f.log.reports.begin()->second)["findings"][0];
  Job ack = f.job("d2");
  ack.kind = JobKind::command;
  ack.command = "/leadline ack " + finding["id"].get<std::string>() + " --for 24h until Monday";
  ack.comment_id = 1;
  ack.sender = "sam";
  f.run(ack);
  f.run_queued();
  CHECK(f.last_check()["conclusion"] == "success");

  const Acknowledgement::Time until = f.acknowledgements.rows.at(0).until;
  const auto second = std::chrono::seconds(1);
  CHECK(queue_expired(f.acknowledgements, f.queue, {}, until - second) == 0);
  CHECK(queue_expired(f.acknowledgements, f.queue, until, until + second) == 0);
  CHECK(f.queue.jobs.empty());

  Job early = f.sweep();
  f.run(early);
  CHECK(f.queue.jobs.empty());

  f.clock.pass(std::chrono::hours(25));
  CHECK(queue_expired(f.acknowledgements, f.queue, until - second, until) == 1);
  REQUIRE(f.queue.jobs.size() == 1);
  CHECK(f.queue.jobs[0].kind == JobKind::sweep);
  f.queue.jobs[0].installation_id = 1; // else it is asked for
  f.run_queued();
  CHECK(f.last_check()["conclusion"] == "failure");
  CHECK(f.github.comments.size() == 2); // the sticky one and the answer

  const std::size_t checks = f.github.checks.size();
  f.run(early); // once is enough
  f.run_queued();
  CHECK(f.github.checks.size() == checks);
}

TEST_CASE("what is judged by another configuration now is run again, and nothing else",
          "[sweep_job]") {
  JobFixture f;
  f.run(f.job());
  CHECK(f.last_check()["conclusion"] == "failure");
  Job sweep = f.sweep();
  sweep.reason = "configuration changed";
  f.run(sweep);
  CHECK(f.queue.jobs.empty()); // its merge base is the one it was judged by

  GitDouble::Files base = f.git.commits["bbbb"];
  base[".github/leadline.yml"] = "fail_on: never\n";
  f.git.commits["cccc"] = base;
  f.git.commits["aaaa"][".github/leadline.yml"] = "fail_on: never\n";
  f.github.pull.base_sha = "cccc";
  f.run(sweep);
  REQUIRE(f.queue.jobs.size() == 1);
  CHECK(f.queue.jobs[0].again);
  CHECK(f.queue.jobs[0].reason == "its base has moved");
  f.run_queued();
  CHECK(f.last_check()["conclusion"] == "success");
  f.run(sweep);
  CHECK(f.queue.jobs.empty());
}

TEST_CASE("a base that the two APIs tell otherwise has nothing run again", "[sweep_job]") {
  JobFixture f;
  f.run(f.job());
  bool silent = false;
  f.github.refuse = [&](const HttpRequest& request) {
    if (silent && request.body.find("PullRequestsByNumber") != std::string::npos) {
      return json_response(502, {{"message", "Something went wrong"}});
    }
    return request.path.find("/pulls?") == std::string::npos
               ? HttpResponse()
               : json_response(200,
                               nlohmann::json::array(
                                   {{{"number", 7},
                                     {"state", "open"},
                                     {"head", {{"sha", f.github.pull.head_sha}, {"ref", "topic"}}},
                                     {"base", {{"sha", "0123"}, {"ref", "main"}}}}}));
  };
  Job sweep = f.sweep();
  f.run(sweep);
  CHECK(f.queue.jobs.empty());
  f.github.pull.base_sha = "0123";
  silent = true; // and stops nothing else of the sweep
  CHECK_NOTHROW(f.run(sweep));
  CHECK(f.queue.jobs.empty());
  silent = false;
  f.run(sweep);
  REQUIRE(f.queue.jobs.size() == 1);
  CHECK(f.queue.jobs[0].reason == "its base has moved");
}

TEST_CASE("a sweep queues the heads that have no finished check of ours", "[sweep_job]") {
  JobFixture f;
  Job sweep = f.sweep();
  sweep.reason = "start";
  GitHubDouble::Pull other = f.github.pull;
  other.number = 8;
  other.head_sha = "cccc";
  f.github.other_pulls = {other};

  f.run(sweep);
  CHECK(f.queue.jobs.size() == 2);
  f.queue.jobs.clear();

  f.run(f.job()); // 7 is finished
  f.run(sweep);
  REQUIRE(f.queue.jobs.size() == 1);
  CHECK(f.queue.jobs[0].pull_number == 8);
  CHECK(f.queue.jobs[0].head_sha == "cccc");
  CHECK(f.queue.jobs[0].installation_id == 1);
  f.queue.jobs.clear();

  f.log = MemoryLog(); // GitHub knows it too
  f.run(sweep);
  CHECK(f.queue.jobs.size() == 1);
  f.queue.jobs.clear();

  f.github.checks[0].fields["status"] = "in_progress"; // lost on the way
  f.run(sweep);
  CHECK(f.queue.jobs.size() == 2);
  f.queue.jobs.clear();

  f.github.checks[0].fields["status"] = "completed";
  f.github.checks[0].fields["conclusion"] =
      "stale"; // unfinished for 14 days: GitHub has given it up
  f.run(sweep);
  CHECK(f.queue.jobs.size() == 2);
  f.queue.jobs.clear();

  f.github.checks[0].fields["conclusion"] = "cancelled"; // by us, when nobody waited for it
  f.run(sweep);
  CHECK(f.queue.jobs.size() == 2);
}

TEST_CASE("a run that is under way is not ended by a sweep, however long it takes", "[sweep_job]") {
  JobFixture f;
  f.log.publications["o/r#0"].named_bases = {{"main", "leadline"}};
  f.git.on_fetch = [] { throw Error(ErrorKind::unavailable, "down"); };
  CHECK_THROWS_AS(f.run(f.job()), Error); // and waits for its next try
  f.git.on_fetch = nullptr;
  f.queue.jobs = {f.job()};
  f.clock.pass(std::chrono::hours(3));
  Job sweep = f.sweep();
  f.run(sweep);
  CHECK(f.last_check()["status"] == "in_progress");
  CHECK(f.queue.jobs.size() == 1);
}

TEST_CASE("a check that was shown as queued and never had its run is found by a sweep",
          "[sweep_job]") {
  JobFixture f;
  Job sweep = f.sweep();
  f.push("dddd", k_fixed);
  f.run(f.job("d1"));
  Job again = f.job("d2");
  again.again = true;
  f.handler->announce(again); // and the job is refused, buried, or lost with its queue
  CHECK(f.last_check()["status"] == "queued");
  f.run(sweep);
  REQUIRE(f.queue.jobs.size() == 1);
  f.run(sweep); // it is under way
  REQUIRE(f.queue.jobs.size() == 1);
  f.run_queued();
  CHECK(f.github.checks.size() == 2);
  CHECK(f.last_check()["status"] == "completed");
  f.run(sweep);
  CHECK(f.queue.jobs.empty());
}

TEST_CASE("no open pull request is left out, however many there are", "[sweep_job]") {
  JobFixture f;
  f.github.page_size = 1;
  for (int number = 8; number < 8 + 64; ++number) {
    GitHubDouble::Pull other = f.github.pull;
    other.number = number;
    other.head_sha = "cccc" + std::to_string(number);
    f.github.other_pulls.push_back(other);
  }
  Job sweep = f.sweep();
  sweep.reason = "start";
  std::size_t pulls = 0;
  std::size_t sweeps = 0;
  f.queue.jobs = {sweep};
  while (!f.queue.jobs.empty()) {
    const Job next = f.queue.jobs.front();
    f.queue.jobs.erase(f.queue.jobs.begin());
    if (next.kind != JobKind::sweep) {
      ++pulls;
      CHECK(next.reason == "start");
      continue;
    }
    ++sweeps;
    f.github.forget_calls();
    f.run(next);
    CHECK(f.github.calls.size() < 100); // each of them is bounded
  }
  CHECK(pulls == 65);
  CHECK(sweeps == 3);
}

TEST_CASE("no pull request is left out that moves to a page which was read already",
          "[sweep_job]") {
  JobFixture f;
  f.github.page_size = 2;
  const auto open = [&](int number) {
    GitHubDouble::Pull other = f.github.pull;
    other.number = number;
    other.head_sha = "cccc" + std::to_string(number);
    f.github.other_pulls.push_back(other);
  };
  for (int number = 8; number < 12; ++number) {
    open(number);
  }
  Job sweep = f.sweep();
  std::set<int> found;
  const auto look = [&] {
    f.run(sweep);
    for (const Job& job : f.queue.jobs) {
      found.insert(job.pull_number);
    }
    f.queue.jobs.clear();
  };
  SECTION("within a sweep") {
    f.github.fault = [&](int, const HttpRequest& request) {
      if (request.path.ends_with("&page=2")) { // 8 is closed before it is read
        std::erase_if(f.github.other_pulls, [](const auto& pull) { return pull.number == 8; });
      }
      return GitHubDouble::Fault::none;
    };
    look();
    CHECK(found == std::set<int>{7, 8, 9, 10, 11});
  }
  SECTION("between two sweeps") {
    std::erase_if(f.github.other_pulls, [](const auto& pull) { return pull.number == 8; });
    open(12);
    sweep.head_sha = "page 2 after 9";
    look();
    CHECK(found == std::set<int>{10, 11, 12});
    found.clear();
    sweep.head_sha = "page 2 after 8"; // which was closed after the first page: 9 has moved to it
    look();
    CHECK(found == std::set<int>{9, 10, 11, 12});
  }
}

TEST_CASE("a sweep that goes on failing is tried a few times in a day, and not for ever",
          "[sweep_job]") {
  tests::TemporaryFolder folder;
  const auto store = open_sqlite_store((folder.path() / "s.sqlite").string());
  const auto minute = std::chrono::minutes(1);
  TimePoint now{std::chrono::hours(24 * 365)};
  Job sweep;
  sweep.kind = JobKind::sweep;
  sweep.installation_id = 5;
  sweep.repository = "o/r";
  store->enqueue(sweep, now);
  std::size_t tries = 0;
  std::size_t asked = 0;
  const auto installed = [&] {
    ++asked;
    return std::vector<std::int64_t>{4, 5};
  };
  for (int hour = 0; hour < 24 * 7; ++hour) {
    if (const auto leased = store->lease_next({"w", now, minute})) {
      ++tries;
      store->bury(*leased, "down", now + 20 * minute);
    }
    now += std::chrono::hours(1);
    revive_sweeps(*store, now, installed);
  }
  CHECK(tries >= 4);
  CHECK(tries <= 6);
  CHECK(store->queue_stats(now).dead == 1); // for people
}

TEST_CASE("a sweep of an installation that is gone or suspended is dropped", "[sweep_job]") {
  tests::TemporaryFolder folder;
  const auto store = open_sqlite_store((folder.path() / "s.sqlite").string());
  const TimePoint now{std::chrono::hours(24 * 365)};
  const auto die = [&](Job job) {
    job.kind = JobKind::sweep;
    job.installation_id = 5;
    job.repository = "o/r";
    store->enqueue(job, now);
    store->bury(*store->lease_next({"w", now, std::chrono::minutes(1)}), "suspended", now);
  };
  Job sweep;
  die(sweep);
  Job groups;
  groups.head_ref = k_merge_queue_prefix;
  die(groups);
  Job lost;
  lost.head_ref = k_lost_check;
  lost.pull_number = 7;
  lost.head_sha = "aaaa";
  die(lost);
  store->save_check_run("o/r", "aaaa", 9, {CheckRunState::Step::unknown, "d1#7"});
  store->record_delivery({"g", "merge_group.checks_requested", "o/r", now - std::chrono::hours(1)},
                         {});
  CHECK(revive_sweeps(*store, now, [] { return std::vector<std::int64_t>{4}; }) == 0);
  CHECK(store->queue_stats(now).dead == 0);
  CHECK(store->queue_stats(now).waiting == 0);
  MemoryQueue queue; // and nothing makes them again
  CHECK(queue_group_sweeps(*store, queue, now) == 0);
  CHECK(queue_lost_checks(*store, queue, now + std::chrono::hours(9000)) == 0);
  CHECK(queue.jobs.empty());
}

TEST_CASE("a job whose installation is not known is queued as that installation's", "[sweep_job]") {
  JobFixture f;
  Job look = look_at_groups(0, "o/r", "why");
  look.id = 4;
  f.github.refuse = [](const HttpRequest& request) {
    return request.path == "/repos/o/r/installation" ? json_response(200, {{"id", 77}})
                                                     : HttpResponse();
  };
  SECTION("with its limits and its turn") {
    f.run(look);
    CHECK(f.github.calls.size() == 1);
    REQUIRE(f.queue.jobs.size() == 1);
    CHECK(f.queue.jobs[0].installation_id == 77);
    CHECK(f.queue.jobs[0].head_ref == look.head_ref);
    CHECK(f.queue.jobs[0].reason == "why");
    CHECK(f.queue.jobs[0].id == 0);
  }
  SECTION("unless the App is gone there") {
    f.github.refuse = nullptr; // not found
    f.run(look);
    CHECK(f.queue.jobs.empty());
    CHECK(f.log.load("o/r", 0)->locked_out != TimePoint{});
    Job pull = f.job();
    pull.installation_id = 0;
    CHECK_THROWS_AS(f.run(pull), Error); // somebody waits for it
  }
}

TEST_CASE("a verdict that was asked for anew and never came is found by a sweep", "[sweep_job]") {
  JobFixture f;
  Job sweep = f.sweep();
  f.push("dddd", k_fixed);
  f.run(f.job("d1"));
  f.run(sweep);
  CHECK(f.queue.jobs.empty());
  Job again = f.job("d2");
  again.again = true;
  f.github.fault = [](int, const HttpRequest&) { return GitHubDouble::Fault::before; };
  CHECK_THROWS_AS(f.run(again), Error); // and its process dies
  f.github.fault = nullptr;
  f.clock.pass(std::chrono::hours(1));
  f.run(sweep);
  REQUIRE(f.queue.jobs.size() == 1);
  CHECK(f.queue.jobs[0].again);
  f.run(sweep); // it waits already
  CHECK(f.queue.jobs.size() == 1);
  f.run_queued();
  CHECK(f.github.checks.size() == 2);
  f.run(sweep);
  CHECK(f.queue.jobs.empty());
}
