// A head whose check would hold for another branch too.
#include "app/jobs/event_jobs.hpp"
#include "job_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace leadline;

TEST_CASE("a branch of one's own does not judge less strictly than the default branch",
          "[same_head]") {
  JobFixture f;
  f.git.commits["refs/heads/main"][".github/leadline.yml"] = "fail_on: high\n";
  f.git.commits["eeee"] = f.git.commits["bbbb"];
  f.github.pull.base_sha = "eeee";
  f.github.pull.base_ref = "mine";
  const auto contains = [](const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  };
  const auto configure = [&](const std::string& yaml) {
    f.git.commits["eeee"][".github/leadline.yml"] = yaml;
    f.git.commits["aaaa"][".github/leadline.yml"] = yaml;
  };
  SECTION("by a verdict that never fails") {
    configure("fail_on: never\npublish: {check_name: mine}\n");
    f.run(f.job("d1"));
    CHECK(f.last_check()["conclusion"] == "failure");
    CHECK(f.last_check()["name"] == "mine"); // what it shows is for the branch to say
    CHECK(contains(summary_of(f.last_check()), "passes by the configuration of `mine`"));
    CHECK(f.github.threads.size() == 1);
    CHECK(
        contains(f.log.reports.at("7 aaaa"), "max_client_conn")); // so that it can be acknowledged
  }
  SECTION("by whom it lets acknowledge") {
    configure("fail_on: high\nacknowledge: {by_author: true}\n");
    f.run(f.job("d1"));
    f.github.permissions["author"] = "write";
    Job ack = f.job("d2");
    ack.kind = JobKind::command;
    ack.head_sha.clear();
    ack.command = "/leadline ack all fine";
    ack.comment_id = 5;
    ack.sender = GENERATE("author", "sam");
    f.run(ack);
    f.run_queued();
    CHECK(f.last_check()["conclusion"] == (ack.sender == "sam" ? "success" : "failure"));
  }
  SECTION("and where both say the same it is judged once") {
    configure("fail_on: high\n");
    f.push("cccc", k_fixed);
    f.git.commits["cccc"][".github/leadline.yml"] = "fail_on: high\n";
    f.run(f.job("d1"));
    CHECK(f.last_check()["conclusion"] == "success");
    CHECK(std::count(f.observer.stages.begin(), f.observer.stages.end(), "judge") == 1);
    CHECK(f.github.rest_calls() == 3);
  }
  SECTION("of another pull request of its head neither") {
    // 8 goes into a branch that judges nothing; 7 into main, where its commit is found harmless.
    f.git.commits["aaaa"] = f.git.commits["bbbb"];
    f.git.commits["bbbb"] = f.git.commits["refs/heads/main"];
    f.git.commits["ffff"] = f.git.commits["aaaa"];
    f.git.commits["ffff"]["pgbouncer.ini"] = "[pgbouncer]\nlisten_port = 6432\n"
                                             "max_client_conn = 20000\n";
    f.git.commits["ffff"][".github/leadline.yml"] = "fail_on: never\n";
    f.git.commits["aaaa"][".github/leadline.yml"] = "fail_on: high\n";
    f.github.pull.base_sha = "bbbb";
    f.github.pull.base_ref = "main";
    GitHubDouble::Pull other = f.github.pull;
    other.number = 8;
    other.base_sha = "ffff";
    other.base_ref = "mine";
    f.github.other_pulls = {other};
    f.run(f.job("d1"));
    CHECK(f.last_check()["conclusion"] == "failure");
    CHECK(contains(f.last_check()["output"]["title"], "Pull request 8"));
  }
}

TEST_CASE("a pull request of the head of a merge queue's group gives the group no verdict",
          "[same_head]") {
  JobFixture f;
  f.git.commits["gggg"] = f.git.commits["ffff"] = f.git.commits["aaaa"];
  f.github.branches["gh-readonly-queue/main/pr-9-bbbb"] = "gggg";
  f.github.tips["main"] = "bbbb";
  Job group = f.job("d1");
  group.kind = JobKind::merge_group;
  group.pull_number = 0;
  group.head_sha = "gggg";
  group.base_sha = "bbbb";
  group.head_ref = "gh-readonly-queue/main/pr-9-bbbb";
  // Somebody opens one of its head, into a branch that has it already.
  f.github.pull.head_sha = "gggg";
  f.github.pull.base_sha = "ffff";
  f.github.pull.base_ref = "mine";
  SECTION("that has failed") {
    f.run(group);
    REQUIRE(f.last_check()["conclusion"] == "failure");
    f.run(f.job("d2"));
    CHECK(f.last_check()["conclusion"] == "action_required");
    f.github.branches.clear(); // it was merged all the same, and somebody promotes the branch
    Job again = f.job("d3");
    again.again = true;
    f.run(again);
    CHECK(f.last_check()["conclusion"] == "success");
  }
  SECTION("that waits to be judged") {
    f.queue.jobs = {group};
    f.run(f.job("d2"));
    CHECK(f.last_check()["conclusion"] == "action_required");
  }
}
