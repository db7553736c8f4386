#include "app/jobs/merge_group_job.hpp"

#include "app/jobs/job_handlers.hpp"
#include "job_fixture.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("a merge group is judged by its combined diff, on its own head", "[merge_group_job]") {
  JobFixture f;
  f.git.commits["gggg"] = f.git.commits["aaaa"];
  Job job = f.job();
  job.kind = JobKind::merge_group;
  job.pull_number = 0;
  job.head_sha = "gggg";
  job.base_sha = "bbbb";
  f.run(job);
  REQUIRE(f.github.checks.size() == 1);
  CHECK(f.github.checks[0].head_sha == "gggg");
  CHECK(f.last_check()["conclusion"] == "failure");
  CHECK(f.github.comments.empty());
  f.git.commits.erase("gggg");
  job.delivery_id = "d2";
  CHECK_THROWS_AS(f.run(job), Error);
  f.handler->give_up(job, "gone");
  CHECK(f.last_check()["conclusion"] == "action_required");
}

TEST_CASE("a merge group's check can be run again, and says where to acknowledge",
          "[merge_group_job]") {
  JobFixture f;
  const ReportLinks links("https://leadline.example", {Secret("s3cret")});
  f.handler = f.handler_with(links);
  f.git.commits["gggg"] = f.git.commits["aaaa"];
  Job job = f.job();
  job.kind = JobKind::merge_group;
  job.pull_number = 0;
  job.head_sha = "gggg";
  job.base_sha = "bbbb";
  job.head_ref = "gh-readonly-queue/main/pr-7-bbbb";
  f.run(job);
  CHECK(summary_of(f.last_check()).find("on pull request 7") != std::string::npos);
  CHECK(f.last_check()["details_url"] == links.link({"o/r", 0, "gggg"}, f.clock.now()));
  CHECK(f.last_check()["actions"].size() == 1); // Re-run
  SECTION("its branch is named") {
    Job again = job;
    again.delivery_id = "d2";
    again.base_sha.clear(); // a check's event does not say
    again.again = true;
    f.run(again);
  }
  SECTION("its branch is looked for") {
    f.github.pull.head_sha = "eeee";
    f.github.branches["gh-readonly-queue/main/pr-7-bbbb"] = "gggg";
    Job again = f.job("d2");
    again.pull_number = 0;
    again.head_sha = "gggg";
    again.again = true;
    f.run(again);
    REQUIRE(f.queue.jobs.size() == 1);
    CHECK(f.queue.jobs[0].kind == JobKind::merge_group);
    f.run_queued();
  }
  REQUIRE(f.github.checks.size() == 2);
  CHECK(f.github.checks[1].head_sha == "gggg");
  CHECK(f.last_check()["conclusion"] == "failure");
}
