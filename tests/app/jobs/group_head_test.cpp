// Pull requests of a commit that a merge queue's group has.
#include "app/jobs/group_head.hpp"

#include "app/jobs/destroyed_group.hpp"
#include "app/jobs/merge_queue_ref.hpp"
#include "job_fixture.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

namespace {

// A group of main's queue has the head "gggg", and 7 is a pull request of that commit.
struct GroupHeadFixture : JobFixture {
  GroupHeadFixture() {
    git.commits["gggg"] = git.commits["aaaa"];
    git.commits["ffff"] = git.commits["aaaa"]; // a branch that has the change already
    git.commits["oooo"] = git.commits["bbbb"]; // an old one
    github.branches[k_branch] = "gggg";
    github.tips["main"] = "bbbb";
    github.pull.head_sha = "gggg";
    into("mine", "ffff");
  }

  void into(const std::string& branch, const std::string& base_sha) {
    github.pull.base_ref = branch;
    github.pull.base_sha = base_sha;
  }

  Job group(const std::string& delivery = "group") const {
    Job made = job(delivery);
    made.kind = JobKind::merge_group;
    made.pull_number = 0;
    made.head_sha = "gggg";
    made.base_sha = "bbbb";
    made.head_ref = k_branch;
    return made;
  }

  void destroy() {
    github.branches.clear();
    Job gone = group("gone");
    gone.kind = JobKind::command;
    gone.command = k_group_destroyed;
    run(gone);
  }

  std::string conclusion() const { return last_check().value("conclusion", ""); }

  const std::string k_branch = "gh-readonly-queue/main/pr-9-bbbb";
};

} // namespace

TEST_CASE("a pull request that was left to a group is judged also when nobody told of its end",
          "[group_head]") {
  GroupHeadFixture f;
  f.run(f.group());
  f.run(f.job("d2"));
  REQUIRE(f.github.checks.size() == 1);
  Job look;
  look.kind = JobKind::sweep;
  look.repository = "o/r";
  look.installation_id = 1;
  look.head_ref = k_merge_queue_prefix;
  look.delivery_id = "look";
  f.run(look); // the group is there
  CHECK(f.queue.jobs.empty());
  f.github.branches.clear();
  f.run(look);
  REQUIRE(f.queue.jobs.size() == 1);
  f.run_queued();
  CHECK(f.github.checks.size() == 2);
  CHECK(f.conclusion() == "success");
  f.run(look);
  CHECK(f.queue.jobs.empty());
}

TEST_CASE("a pull request of the head of a merge queue's group leaves the group's check alone",
          "[group_head]") {
  GroupHeadFixture f;
  SECTION("that has failed") {
    f.run(f.group());
    REQUIRE(f.conclusion() == "failure");
    f.run(f.job("d2"));
    CHECK(f.github.checks.size() == 1);
    CHECK(f.conclusion() == "failure");
    f.destroy(); // it was merged all the same, and somebody promotes the branch
    f.run_queued();
    CHECK(f.github.checks.size() == 2);
    CHECK(f.conclusion() == "success");
  }
  SECTION("that passes and waits for others") {
    f.git.commits["gggg"] = f.git.commits["bbbb"];
    f.git.commits["oooo"]["pgbouncer.ini"] = "[pgbouncer]\nmax_client_conn = 2000\n";
    f.run(f.group());
    REQUIRE(f.conclusion() == "success");
    f.into("old", "oooo");
    f.handler->announce(f.job("d2"));
    f.run(f.job("d2"));
    CHECK(f.github.checks.size() == 1);
    CHECK(f.conclusion() == "success");
    f.destroy();
    f.run_queued();
    CHECK(f.conclusion() == "failure");
  }
  SECTION("that is being judged") {
    f.log.publications["o/r#0"].named_bases = {{"main", "leadline"}};
    f.queue.jobs = {f.group()}; // where what runs stands as well
    f.git.on_fetch = [&] {
      f.git.on_fetch = nullptr;
      f.handler->announce(f.job("d2"));
      f.run(f.job("d2"));
      CHECK(f.last_check()["status"] == "in_progress");
    };
    f.run(f.group());
    CHECK(f.github.checks.size() == 1);
    CHECK(f.conclusion() == "failure");
  }
  SECTION("that waits to be judged") {
    f.queue.jobs = {f.group()};
    f.run(f.job("d2"));
    CHECK(f.github.checks.empty());
    CHECK(f.log.load("o/r", 7)->owed_head == "gggg"); // for a sweep
  }
  SECTION("also where its run is given up") {
    f.run(f.group());
    f.handler->give_up(f.job("d2"), "fetching o/r: timed out");
    CHECK(f.github.checks.size() == 1);
    CHECK(f.conclusion() == "failure");
  }
  SECTION("and into the same branch, whoever opens it") {
    f.github.permissions["author"] = "write";
    f.into("main", "bbbb");
    f.queue.jobs = {f.group()};
    f.run(f.job("d2"));
    CHECK(f.github.checks.empty());
  }
}

TEST_CASE("a pull request of the head of a merge queue's group gives the group no verdict",
          "[group_head]") {
  GroupHeadFixture f;
  f.github.permissions["author"] = "write"; // who may take the group out of its queue as well
  SECTION("that has failed") {
    f.run(f.group());
    REQUIRE(f.conclusion() == "failure");
    f.run(f.job("d2"));
    CHECK(f.conclusion() == "action_required");
    f.github.branches.clear();
    Job again = f.job("d3");
    again.again = true;
    f.run(again);
    CHECK(f.conclusion() == "success");
  }
  SECTION("that waits to be judged") {
    f.queue.jobs = {f.group()};
    f.run(f.job("d2"));
    CHECK(f.conclusion() == "action_required");
  }
  SECTION("that nobody has heard of, and a sweep finds") {
    f.run(f.job("d2"));
    CHECK(f.conclusion() == "action_required");
    Job sweep = f.sweep(k_merge_queue_prefix);
    f.run(sweep);
    REQUIRE(f.queue.jobs.size() == 1);
    CHECK(f.queue.jobs[0].kind == JobKind::merge_group);
  }
  SECTION("of a queue that is not the default branch's, whoever opens it") {
    f.github.permissions.clear();
    f.github.branches = {{"gh-readonly-queue/lax/pr-9-bbbb", "gggg"}};
    f.queue.jobs = {f.group()};
    f.run(f.job("d2"));
    CHECK(f.conclusion() == "action_required");
  }
}

TEST_CASE("a group that passes does not stand over a pull request that does not", "[group_head]") {
  GroupHeadFixture f;
  f.github.permissions["author"] = "write";
  f.git.commits["gggg"] = f.git.commits["bbbb"];
  f.git.commits["oooo"]["pgbouncer.ini"] = "[pgbouncer]\nmax_client_conn = 2000\n";
  f.into("old", "oooo");
  f.log.publications["o/r#0"].named_bases = {{"main", "leadline"}};
  f.git.on_fetch = [&] { // while the group is judged
    f.git.on_fetch = nullptr;
    f.run(f.job("d2"));
    REQUIRE(f.conclusion() == "failure");
  };
  f.run(f.group());
  f.run_queued();
  CHECK(f.conclusion() == "failure");
}

TEST_CASE("a group and a pull request of its head that both pass are not judged again and again",
          "[group_head]") {
  GroupHeadFixture f;
  f.github.permissions["author"] = "write";
  f.github.organisation_files[".github/leadline.yml"] = "fail_on: high\n";
  f.git.commits["gggg"] = f.git.commits["ffff"] = f.git.commits["bbbb"];
  f.git.commits["oooo"]["pgbouncer.ini"] = "[pgbouncer]\nmax_client_conn = 2000\n";
  Job look = f.job("look");
  look.kind = JobKind::sweep;
  look.pull_number = 0;
  look.head_sha.clear();
  look.head_ref = k_merge_queue_prefix;
  SECTION("by a look at the queue") {
    f.run(f.group());
    REQUIRE(f.conclusion() == "success");
    f.run(f.job("d2"));
    REQUIRE(f.conclusion() == "success");
    REQUIRE(f.github.checks.size() == 2); // the group's and that of 7, by one name
    f.run(look);
    CHECK(f.queue.jobs.empty());
    SECTION("but where the defaults are others") {
      f.github.organisation_files[".github/leadline.yml"] = "fail_on: low\n";
      f.clock.pass(std::chrono::minutes(2));
      f.run(look);
      REQUIRE(f.queue.jobs.size() == 1);
      CHECK(f.queue.jobs[0].kind == JobKind::merge_group);
      CHECK(f.queue.jobs[0].again);
    }
  }
  SECTION("a group that has no verdict is") {
    f.github.branches.clear();
    f.run(f.job("d2"));
    REQUIRE(f.conclusion() == "success");
    f.github.branches[f.k_branch] = "gggg";
    f.run(look);
    CHECK(f.queue.jobs.size() == 1);
  }
  SECTION("a group whose pull request does not pass is") {
    f.run(f.group());
    f.into("old", "oooo");
    f.run(f.job("d2"));
    REQUIRE(f.conclusion() == "failure");
    f.run(look);
    CHECK(f.queue.jobs.size() == 1);
  }
}
