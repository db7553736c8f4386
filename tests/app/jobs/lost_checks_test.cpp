#include "app/jobs/lost_checks.hpp"

#include "app/jobs/job_context.hpp"
#include "job_fixture.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

namespace {

struct LostFixture : JobFixture {
  LostFixture() { log.publications["o/r#0"].named_bases = {{"main", "leadline"}}; }

  // A run of `job` that ends with its process: its check is begun, its job is gone.
  void lose(const Job& job) {
    git.on_fetch = [] { throw Error(ErrorKind::unavailable, "killed"); };
    CHECK_THROWS_AS(run(job), Error);
    git.on_fetch = nullptr;
  }
  std::size_t look() {
    const std::size_t lost = queue_lost_checks(log, queue, TimePoint(std::chrono::hours(1)));
    for (Job& job : queue.jobs) {
      job.installation_id = 1; // else it is asked for
    }
    return lost;
  }
};

} // namespace

TEST_CASE("a check that has lost its run ends as action_required within minutes, and is run again",
          "[lost_checks]") {
  LostFixture f;
  SECTION("in progress") { f.lose(f.job()); }
  SECTION("only shown as queued") { f.handler->announce(f.job()); }
  SECTION("made, and its id never learnt") {
    f.github.fault = [&](int, const HttpRequest& request) {
      return request.method == "POST" && request.path.ends_with("/check-runs")
                 ? GitHubDouble::Fault::after
                 : GitHubDouble::Fault::none;
    };
    CHECK_THROWS_AS(f.run(f.job()), Error);
    f.github.fault = nullptr;
  }
  REQUIRE(f.github.checks.size() == 1);
  REQUIRE(f.look() == 1);
  CHECK(f.look() == 0); // it is being seen to
  f.github.forget_calls();
  const Job end = f.queue.jobs.at(0);
  f.queue.jobs.clear();
  f.run(end);
  CHECK(f.github.rest_calls() == 2); // one look, one end
  CHECK(f.last_check()["status"] == "completed");
  CHECK(f.last_check()["conclusion"] == "action_required");
  REQUIRE(f.queue.jobs.size() == 1);
  CHECK(f.queue.jobs[0].kind == JobKind::pull_request);
  f.run_queued();
  CHECK(f.github.checks.size() == 2);
  CHECK(f.last_check()["conclusion"] == "failure");
  CHECK(f.look() == 0);
  f.run(end); // as often as it is tried
  CHECK(f.last_check()["conclusion"] == "failure");
  CHECK(f.queue.jobs.empty());
}

TEST_CASE("a check whose end was not heard of is judged again all the same", "[lost_checks]") {
  LostFixture f;
  f.lose(f.job());
  REQUIRE(f.look() == 1);
  const Job end = f.queue.jobs.at(0);
  f.queue.jobs.clear();
  f.github.fault = [](int, const HttpRequest& request) {
    return request.method == "PATCH" ? GitHubDouble::Fault::after : GitHubDouble::Fault::none;
  };
  CHECK_THROWS_AS(f.run(end), Error);
  f.github.fault = nullptr;
  f.run(end);
  CHECK(f.last_check()["conclusion"] == "action_required");
  CHECK(f.queue.jobs.size() == 1);
}

TEST_CASE("a verdict that stood when its re-run was lost is asked for anew", "[lost_checks]") {
  LostFixture f;
  f.push("dddd", k_fixed);
  f.run(f.job("d1"));
  Job again = f.job("d2");
  again.again = true;
  f.handler->announce(again);
  REQUIRE(f.look() == 1);
  f.run_queued();
  CHECK(f.last_check()["conclusion"] == "success");
  CHECK(f.look() == 0);
}

TEST_CASE("a run that waits or runs on any server is never ended as lost", "[lost_checks]") {
  LostFixture f;
  f.lose(f.job());
  REQUIRE(f.look() == 1);
  const Job end = f.queue.jobs.at(0);
  Job waiting = f.job();
  waiting.head_sha = "0000"; // whatever head its event named: it judges the present one
  f.queue.jobs = {waiting};
  CHECK(f.look() == 0);
  f.github.forget_calls();
  f.run(end); // it came back meanwhile
  CHECK(f.github.calls.empty());
  CHECK(f.last_check()["status"] == "in_progress");
  f.queue.dead = {waiting}; // what died does not count
  f.queue.jobs.clear();
  CHECK(f.look() == 1);
}

TEST_CASE("an end that could not be told is not asked for each minute", "[lost_checks]") {
  LostFixture f;
  f.lose(f.job());
  REQUIRE(f.look() == 1);
  f.queue.dead = f.queue.jobs;
  f.queue.jobs.clear();
  CHECK(f.look() == 0);
}

TEST_CASE("the check of a merge queue's group that has lost its run is judged, not ended red",
          "[lost_checks]") {
  LostFixture f;
  Job group = f.job();
  group.kind = JobKind::merge_group;
  group.pull_number = 0;
  group.head_sha = "gggg";
  group.base_sha = "bbbb";
  group.head_ref = "gh-readonly-queue/main/pr-7-0000";
  f.git.commits["gggg"] = f.git.commits["aaaa"];
  f.lose(group);
  REQUIRE(f.look() == 1);
  SECTION("the group is there") {
    f.github.branches[group.head_ref] = "gggg";
    f.queue.dead = {group};
    f.run_queued();
    CHECK(f.github.checks.size() == 1); // the same one, taken over
    CHECK(f.last_check()["conclusion"] == "failure");
    CHECK(nlohmann::json::parse(f.log.reports.at("0 gggg"))["range"]["base"] == "bbbb");
  }
  SECTION("the group is gone") {
    f.run_queued();
    CHECK(f.last_check()["conclusion"] == "action_required");
    CHECK(f.queue.jobs.empty());
  }
  f.queue.dead.clear();
  CHECK(f.look() == 0);
}

TEST_CASE("whose run a check is to show is read from its key", "[lost_checks]") {
  CHECK(pull_of("d1#7") == 7);
  CHECK(pull_of("gave up d#1#0") == 0);
  for (const char* key : {"", "d1", "d1#", "d1#x", "d1#7x", "d1#-7", "d1#99999999999"}) {
    CAPTURE(key);
    CHECK_FALSE(pull_of(key));
  }
}
