#include "app/jobs/job_handlers.hpp"

#include "job_fixture.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("a sweep queues the heads that have no finished check of ours", "[sweep_job]") {
  JobFixture f;
  Job sweep;
  sweep.kind = JobKind::sweep;
  sweep.installation_id = 1;
  sweep.repository = "o/r";
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
  sweep.again = true; // the configuration has changed
  f.run(sweep);
  REQUIRE(f.queue.jobs.size() == 2);
  CHECK(f.queue.jobs[0].again);
}
