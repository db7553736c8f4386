// A head whose check would hold for another branch too.
#include "ack_fixture.hpp"
#include "app/jobs/event_jobs.hpp"

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
    CHECK(f.github.rest_calls() == 2);
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

namespace {

// Main's configuration, and one of a branch that anybody may have made; pull request 7 goes there.
struct BranchFixture : AckFixture {
  BranchFixture() {
    git.commits["eeee"] = git.commits["bbbb"];
    github.pull.base_sha = "eeee";
    github.pull.base_ref = "mine";
  }

  void configure(const std::string& main, const std::string& mine) {
    git.commits["refs/heads/main"][".github/leadline.yml"] = main;
    git.commits["eeee"][".github/leadline.yml"] = mine;
    git.commits["aaaa"][".github/leadline.yml"] = mine;
  }

  void run_again() {
    Job again = job("again " + std::to_string(++comment));
    again.again = true;
    run(again);
  }

  // As sam does, a minute after what was shown.
  void set_label(const std::string& name) {
    clock.pass(std::chrono::minutes(1));
    github.pull.labels = {name};
    github.labelled_at = "2027-01-15T08:00:30Z";
    run_again();
  }
};

} // namespace

TEST_CASE("a label acknowledges on another branch where the default branch names it too",
          "[same_head]") {
  BranchFixture f;
  const std::string label = "acknowledge: {override_label: needs-review}\n";
  SECTION("not where a branch of one's own alone names it") {
    f.configure("fail_on: high\n", GENERATE(as<std::string>{}, "", "fail_on: never\n") + label);
    f.run_again();
    REQUIRE(f.conclusion() == "failure");
    f.set_label("needs-review");
    CHECK(f.conclusion() == "failure");
    CHECK(contains(f.summary(), "names it too"));
  }
  SECTION("also of what its own configuration does not find") {
    f.configure("fail_on: high\n" + label, "rules: {capacity.drop: off}\n" + label);
    f.run_again();
    REQUIRE(f.conclusion() == "failure");
    f.set_label("needs-review");
    CHECK(f.conclusion() == "success");
    f.github.pull.labels.clear();
    f.run_again();
    CHECK(f.conclusion() == "failure");
  }
}

TEST_CASE("what the default branch alone blocks is acknowledged as a whole", "[same_head]") {
  BranchFixture f;
  f.configure("fail_on: high\n", "fail_on: never\n");
  f.run_again();
  REQUIRE(f.conclusion() == "failure");
  f.say("/leadline config");
  CHECK(contains(f.last_answer(), "fail_on: never"));
  CHECK(contains(f.last_answer(), "fail_on: high"));
  f.say("/leadline ack all it is meant");
  CHECK(f.conclusion() == "success");
}

TEST_CASE("the words by which the default branch's configuration passes are kept", "[same_head]") {
  BranchFixture f;
  const auto stored = [&] { return nlohmann::json::parse(f.log.reports.at("7 aaaa")); };
  Job sweep = f.sweep();
  SECTION("and end as it says") {
    f.configure("fail_on: high\nacknowledge: {max_days: 7}\n", "fail_on: high\n");
    f.run_again();
    f.say("/leadline ack " + f.id + " it is meant");
    REQUIRE(f.conclusion() == "success");
    CHECK(f.acknowledgements.rows.at(0).until == Acknowledgement::Time{});
    CHECK(stored()["acknowledged"].size() == 1);
    CHECK(stored()["acknowledged"][0]["until"] != "");
    f.clock.pass(std::chrono::hours(24 * 6));
    f.run(sweep);
    CHECK(f.queue.jobs.empty());
    f.clock.pass(std::chrono::hours(24 * 2));
    f.run(sweep);
    f.run_queued();
    CHECK(f.conclusion() == "failure");
  }
  SECTION("also where they count for nothing on its own branch") {
    const std::string main = "fail_on: high\nacknowledge: {max_days: 7}\n";
    f.configure(main, "fail_on: never\n");
    f.run_again();
    f.say("/leadline ack " + f.id + " it is meant");
    f.configure(main, "fail_on: never\nacknowledge: {max_severity: low}\n");
    f.run_again();
    REQUIRE(f.conclusion() == "success");
    CHECK(stored()["findings"].size() == 1);
    CHECK(stored()["acknowledged"].empty());
    f.clock.pass(std::chrono::hours(24 * 8));
    f.run(sweep);
    f.run_queued();
    CHECK(f.conclusion() == "failure");
  }
  SECTION("also about what its own branch does not look at") {
    f.configure("fail_on: high\n", "fail_on: high\nrules: {capacity.drop: off}\n");
    f.run_again();
    f.say("/leadline ack " + f.id + " it is meant");
    REQUIRE(f.conclusion() == "success");
    CHECK(contains(f.summary(), f.id));
    CHECK(contains(f.summary(), "it is meant"));
    Job unack = f.job("unack");
    unack.kind = JobKind::command;
    unack.head_sha.clear();
    unack.command = "/leadline unack all";
    unack.comment_id = 900;
    unack.sender = "sam";
    SECTION("and are taken back there") {}
    SECTION("and are taken back elsewhere") {
      f.github.other_pulls = {f.github.pull};
      f.github.pull.number = unack.pull_number = 8;
      f.github.pull.head_sha = "dddd";
      unack.command = "/leadline unack " + f.id;
    }
    f.run(unack);
    std::erase_if(f.queue.jobs, [](const Job& job) { return job.pull_number == 8; });
    f.run_queued();
    CHECK(f.acknowledgements.acknowledgements("o/r").empty());
    CHECK(f.conclusion() == "failure");
  }
}

TEST_CASE("a mistake that the default branch once had stops no other branch", "[same_head]") {
  BranchFixture f;
  f.configure("fail_on: high\n", "fail_on: never\n");
  f.git.commits["xxxx"][".github/leadline.yml"] = "fail_onn: high\n"; // where it was made
  f.git.merge_bases["refs/heads/main...aaaa"] = "xxxx";
  std::string expected = "failure";
  SECTION("and that has mended: it judges as it does now") {}
  SECTION("and has: the organisation judges") {
    f.git.commits["refs/heads/main"] = f.git.commits["xxxx"];
    f.github.organisation_files[".github/leadline.yml"] = "fail_on: low\n";
  }
  SECTION("and that has mended as the other branch did") {
    f.git.commits["refs/heads/main"][".github/leadline.yml"] = "fail_on: never\n";
    expected = "success";
  }
  f.run_again();
  CHECK(f.conclusion() == expected);
}

TEST_CASE("what another branch changes of its own configuration is not guessed at", "[same_head]") {
  BranchFixture f;
  f.git.commits["aaaa"] = f.git.commits["eeee"];
  f.configure("fail_on: low\n", "fail_on: never\nacknowledge: {max_days: 30}\n");
  f.git.commits["aaaa"][".github/leadline.yml"] = "fail_on: never\nacknowledge: {max_days: 3}\n";
  f.run_again();
  CHECK(f.conclusion() == "success");
}

TEST_CASE("pull requests of one head and one base are judged once by the default branch",
          "[same_head]") {
  BranchFixture f;
  f.configure("fail_on: critical\n", "fail_on: never\n");
  for (const int number : {8, 9}) {
    GitHubDouble::Pull other = f.github.pull;
    other.number = number;
    f.github.other_pulls.push_back(other);
  }
  f.observer.stages.clear();
  f.run_again();
  CHECK(f.conclusion() == "success");
  CHECK(std::count(f.observer.stages.begin(), f.observer.stages.end(), "judge") == 4);
}
