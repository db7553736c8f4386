// Pull requests that have the same head, and with it the same check.
#include "app/jobs/same_head.hpp"

#include "app/jobs/acknowledging.hpp"
#include "app/jobs/event_jobs.hpp"
#include "app/report_link.hpp"
#include "job_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace leadline;

namespace {

// Number 7 goes into main, where its head is risky; number 8 with the same head into a branch that
// has the risky line already. Which of them GitHub answers about as the one asked for is turned to.
struct TwinFixture : JobFixture {
  TwinFixture() {
    git.commits["eeee"] = git.commits["aaaa"];
    risky = github.pull;
    harmless = risky;
    harmless.number = 8;
    harmless.base_sha = "eeee";
    harmless.base_ref = "release";
    pulls = {risky, harmless};
  }

  // GitHub as it is now, asked about `number`.
  void turn_to(int number) {
    github.other_pulls.clear();
    for (const GitHubDouble::Pull& each : pulls) {
      if (each.number == number) {
        github.pull = each;
      } else {
        github.other_pulls.push_back(each);
      }
    }
  }

  GitHubDouble::Pull& at(int number) {
    return *std::find_if(pulls.begin(), pulls.end(),
                         [&](const GitHubDouble::Pull& each) { return each.number == number; });
  }

  Job job_of(int number, const std::string& delivery) {
    turn_to(number);
    Job made = job(delivery);
    made.pull_number = number;
    return made;
  }

  Job again(int number, const std::string& delivery) {
    Job made = job_of(number, delivery);
    made.again = true;
    return made;
  }

  // All that waits, each asked about its own.
  int settle() {
    int runs = 0;
    while (!queue.jobs.empty()) {
      const Job next = queue.jobs.front();
      queue.jobs.erase(queue.jobs.begin());
      turn_to(next.pull_number);
      run(next);
      REQUIRE(++runs < 20);
    }
    return runs;
  }

  std::string conclusion() const { return last_check().value("conclusion", ""); }
  std::string title() const { return last_check()["output"]["title"]; }
  // Of the newest check of that name at that head.
  std::string conclusion_of(const std::string& name, const std::string& head = "aaaa") const {
    std::string found;
    for (const GitHubDouble::Check& check : github.checks) {
      if (check.fields["name"] == name && check.head_sha == head) {
        found = check.fields.value("conclusion", check.fields["status"].get<std::string>());
      }
    }
    return found;
  }

  GitHubDouble::Pull risky;
  GitHubDouble::Pull harmless;
  std::vector<GitHubDouble::Pull> pulls;
};

} // namespace

TEST_CASE("a second pull request of the same head cannot turn the check green", "[same_head]") {
  TwinFixture f;
  f.run(f.job_of(8, "d1"));
  CHECK(f.conclusion() == "failure");
  CHECK(f.title().find("Pull request 7") == 0);
  CHECK(f.github.rest_calls() <= 5);
  f.at(7).state = "closed";
  f.run(f.again(8, "d2"));
  CHECK(f.conclusion() == "success");
}

TEST_CASE("a check that another pull request of its head turned red leads to that one's report",
          "[same_head]") {
  TwinFixture f;
  const ReportLinks links("https://leadline.example", {Secret("s3cret")});
  f.handler = f.handler_with(links);
  f.run(f.job_of(8, "d1"));
  REQUIRE(f.conclusion() == "failure");
  CHECK(f.last_check()["details_url"] == links.link({"o/r", 7, "aaaa"}, f.clock.now()));
  CHECK(summary_of(f.last_check()).find("max_client_conn") != std::string::npos);
  CHECK(f.log.reports.count("7 aaaa") == 1); // and it is there
}

TEST_CASE("what was acknowledged on one pull request says nothing of another one of its head",
          "[same_head]") {
  TwinFixture f;
  f.at(8).base_sha = f.at(7).base_sha; // the same diff
  f.run(f.job_of(7, "d1"));
  REQUIRE(f.conclusion() == "failure");
  const auto finding = nlohmann::json::parse(f.log.reports.at("7 aaaa"))["findings"][0];
  SECTION("by a word whose giver wrote the other one") {
    Acknowledgement word;
    word.finding_id = finding["id"];
    word.rule = finding["rule"];
    word.path = finding["path"];
    word.key = finding["setting"]["key"];
    word.old_value = "200";
    word.new_value = "20";
    word.repository = "o/r";
    word.by = "sam";
    f.acknowledgements.acknowledge(word);
    f.at(8).author = "sam";
  }
  SECTION("by the label of the one alone") {
    for (const char* commit : {"bbbb", "aaaa"}) {
      f.git.commits[commit][".github/leadline.yml"] = "acknowledge: {override_label: ok}\n";
    }
    f.run(f.again(7, "d2"));
    f.clock.pass(std::chrono::minutes(1));
    f.github.labelled_at = "2027-01-15T08:00:30Z";
    f.at(7).labels = {"ok"};
  }
  f.run(f.again(7, "d3"));
  CHECK(f.conclusion() == "failure");
  CHECK(f.title().find("Pull request 8") == 0);
  f.at(8).state = "closed";
  f.run(f.again(7, "d4"));
  CHECK(f.conclusion() == "success");
}

TEST_CASE("where it cannot be told which pull requests have a head nothing is passed",
          "[same_head]") {
  TwinFixture f;
  f.at(7).state = "closed";
  const auto all = f.git.refs;
  SECTION("there are too many") {
    f.git.refs = [&](const std::string& commit) {
      std::vector<std::string> names = all(commit);
      for (int number = 100; number < 1'100; ++number) {
        names.push_back("refs/pull/" + std::to_string(number) + "/head");
      }
      return names;
    };
    f.run(f.job_of(8, "d1"));
    CHECK(f.github.graphql_calls() < 10);
  }
  SECTION("git does not list the one that is judged") {
    f.git.refs = [&](const std::string& commit) {
      std::vector<std::string> names = all(commit);
      std::erase(names, "refs/pull/8/head");
      return names;
    };
    f.run(f.job_of(8, "d1"));
  }
  SECTION("others keep coming") {
    int next = 100;
    f.git.refs = [&](const std::string& commit) {
      f.github.other_pulls.push_back(f.github.pull); // harmless too
      f.github.other_pulls.back().number = next++;
      f.github.other_pulls.back().base_sha = "main";
      return all(commit);
    };
    f.git.commits["main"] = f.git.commits["eeee"];
    f.run(f.job_of(8, "d1"));
    CHECK(f.git.listed < 10);
  }
  CHECK(f.conclusion() == "action_required");
  CHECK(summary_of(f.last_check()).find("passes only if all pull requests") != std::string::npos);
  // A way out: run it again.
  f.git.refs = all;
  f.run(f.again(8, "d2"));
  CHECK(f.conclusion() == "success");
}

TEST_CASE("git's list may be late, and one that fails is asked for by another try", "[same_head]") {
  TwinFixture f;
  f.at(7).state = "closed";
  const auto all = f.git.refs;
  SECTION("late") {
    f.git.refs = [&](const std::string& commit) {
      return f.git.listed > 1 ? all(commit) : std::vector<std::string>();
    };
    f.run(f.job_of(8, "d1"));
    CHECK(f.git.listed == 2);
  }
  SECTION("broken") {
    f.git.refs = [](const std::string&) -> std::vector<std::string> {
      throw Error(ErrorKind::unavailable, "the list of refs is not git's: it is cut short");
    };
    CHECK_THROWS_AS(f.run(f.job_of(8, "d1")), Error);
    CHECK(f.conclusion() != "success");
    f.git.refs = all;
    f.run(f.job_of(8, "d1"));
  }
  CHECK(f.conclusion() == "success");
}

TEST_CASE("one that is opened while others of its head are judged is seen", "[same_head]") {
  TwinFixture f;
  f.pulls.push_back(f.at(8));
  f.pulls.back().number = 9;
  f.pulls.back().base_sha = "main";
  f.git.commits["main"] = f.git.commits["eeee"];
  f.at(7).state = "closed";
  f.turn_to(8);
  f.git.on_fetch = [&] {
    if (f.git.listed == 1) { // while number 9 is judged
      for (GitHubDouble::Pull& each : f.github.other_pulls) {
        each.state = "open";
      }
      f.github.other_pulls.push_back(f.risky);
      f.github.other_pulls.back().number = 10;
    }
  };
  Job job = f.job("d1");
  job.pull_number = 8;
  f.run(job);
  CHECK(f.conclusion() == "failure");
}

TEST_CASE("a pull request that is closed blocks no other one of its head any more", "[same_head]") {
  TwinFixture f;
  f.run(f.job_of(7, "d1"));
  f.run(f.job_of(8, "d2"));
  REQUIRE(f.conclusion() == "failure"); // they share it
  SECTION("the one that blocks") {
    f.at(7).state = "closed";
    Job closed = f.job_of(7, "d3");
    closed.reason = k_closed;
    f.handler->announce(closed);
    const std::size_t checks = f.github.checks.size();
    f.run(closed);
    CHECK(f.github.checks.size() == checks);
    REQUIRE(f.queue.jobs.size() == 1);
    CHECK(f.queue.jobs[0].pull_number == 8);
    f.settle();
    CHECK(f.conclusion() == "success");
    // Opened and closed again it blocks, and does not, once more.
    f.at(7).state = "open";
    f.run(f.again(7, "d4"));
    CHECK(f.conclusion() == "failure");
    f.at(7).state = "closed";
    f.run(f.job_of(7, "d5"));
    CHECK(f.settle() == 1);
    CHECK(f.conclusion() == "success");
  }
  SECTION("the one that passes") {
    f.at(8).state = "closed";
    f.github.forget_calls();
    f.run(f.job_of(8, "d3"));
    CHECK(f.queue.jobs.empty());
    CHECK(f.github.calls.size() == 1);
  }
}

TEST_CASE("of several that are closed together each tells those that stay open", "[same_head]") {
  TwinFixture f;
  f.pulls.push_back(f.risky);
  f.pulls.back().number = 9; // risky as well
  f.run(f.job_of(7, "d1"));
  f.run(f.job_of(9, "d2"));
  f.run(f.job_of(8, "d3"));
  REQUIRE(f.conclusion() == "failure");
  f.at(7).state = "closed";
  f.run(f.job_of(7, "d4"));
  // The harmless one is judged again while number 9 is open; what number 7's end asks of number 9
  // has taken the place of its own closing in the queue.
  std::stable_sort(f.queue.jobs.begin(), f.queue.jobs.end(),
                   [](const Job& a, const Job& b) { return a.pull_number < b.pull_number; });
  REQUIRE(f.queue.jobs.size() == 2);
  const Job first = f.queue.jobs.front();
  f.queue.jobs.erase(f.queue.jobs.begin());
  f.turn_to(8);
  f.run(first);
  CHECK(f.conclusion() == "failure");
  f.at(9).state = "closed";
  f.settle(); // and there is an end to it
  CHECK(f.conclusion() == "success");
}

TEST_CASE("a pull request that goes on to another head blocks nobody on the old one",
          "[same_head]") {
  TwinFixture f;
  f.run(f.job_of(7, "d1"));
  f.run(f.job_of(8, "d2"));
  REQUIRE(f.conclusion_of("leadline") == "failure");
  f.git.commits["dddd"] = k_fixed;
  f.at(7).head_sha = "dddd";
  f.run(f.job_of(7, "d3"));
  CHECK(f.conclusion_of("leadline", "dddd") == "success");
  CHECK(f.settle() == 1);
  CHECK(f.conclusion_of("leadline") == "success");
  f.run(f.job_of(7, "d4"));
  CHECK(f.queue.jobs.empty()); // said once
}

TEST_CASE("what is taken back of one pull request comes back for the others of its head",
          "[same_head]") {
  TwinFixture f;
  f.git.commits["main"] = f.git.commits["eeee"];
  f.at(7).base_sha = "main"; // harmless as well
  f.run(f.job_of(7, "d1"));
  f.run(f.job_of(8, "d2"));
  REQUIRE(f.conclusion_of("leadline") == "success");
  SECTION("shown as queued, and pushed over before its turn") {
    f.handler->announce(f.again(7, "d3"));
    REQUIRE(f.conclusion_of("leadline") == "queued");
    f.git.commits["dddd"] = k_fixed;
    f.at(7).head_sha = "dddd";
    f.run(f.job_of(7, "d4"));
    REQUIRE(f.conclusion_of("leadline") == "cancelled");
    CHECK(f.settle() == 1);
  }
  SECTION("taken over by the other one's run") {
    f.handler->announce(f.again(7, "d3"));
    f.at(7).state = "closed";
    f.git.on_fetch = [&] { // number 7 is closed while number 8 is judged
      f.git.on_fetch = nullptr;
      f.run(f.job_of(7, "d5"));
      CHECK(f.conclusion_of("leadline") == "queued");
      f.turn_to(8);
    };
    f.run(f.again(8, "d4"));
    CHECK(f.queue.jobs.empty());
  }
  CHECK(f.conclusion_of("leadline") == "success");
}

TEST_CASE(
    "a sweep takes no other pull request's check for the verdict of one that was never judged",
    "[same_head]") {
  TwinFixture f;
  f.at(7).state = "closed"; // as far as GitHub has told
  f.run(f.job_of(8, "d1"));
  REQUIRE(f.conclusion() == "success");
  f.at(7).state = "open";
  Job sweep = f.job_of(8, "d2");
  sweep.kind = JobKind::sweep;
  sweep.pull_number = 0;
  sweep.head_sha.clear();
  f.run(sweep);
  REQUIRE(f.queue.jobs.size() == 1);
  CHECK(f.queue.jobs[0].pull_number == 7);
  f.settle();
  CHECK(f.conclusion() == "failure");
}

TEST_CASE("two names on one head have a check each", "[same_head]") {
  TwinFixture f;
  f.git.commits["bbbb"][".github/leadline.yml"] = "publish: {check_name: risk}\n";
  f.git.commits["eeee"][".github/leadline.yml"] = "publish: {check_name: old-risk}\n";
  f.git.commits["aaaa"][".github/leadline.yml"] = "publish: {check_name: risk}\n";
  const auto annotations = [&](const std::string& name) {
    std::size_t count = 0;
    for (const GitHubDouble::Check& check : f.github.checks) {
      count += check.fields["name"] == name ? check.annotations.size() : 0;
    }
    return count;
  };
  SECTION("one after the other") {
    f.run(f.job_of(7, "d1"));
    f.run(f.job_of(8, "d2"));
  }
  SECTION("while the other is under way") {
    f.log.publications["o/r#0"].named_bases = {{"main", "risk"}};
    f.git.on_fetch = [&] {
      f.git.on_fetch = nullptr;
      REQUIRE(f.conclusion_of("risk") == "in_progress");
      f.run(f.job_of(8, "d2"));
      f.turn_to(7);
    };
    f.run(f.job_of(7, "d1"));
  }
  CHECK(f.github.checks.size() == 2);
  CHECK(f.conclusion_of("risk") == "failure");
  CHECK(f.conclusion_of("old-risk") == "failure"); // as long as number 7 is open
  CHECK(annotations("risk") == 1);
  CHECK(annotations("old-risk") == 1);
  // What is acknowledged on the one is told to the other, though it shares no check with it.
  f.queue.jobs.clear();
  f.git.commits["bbbb"]["pgbouncer.ini"] = f.git.commits["aaaa"]["pgbouncer.ini"];
  f.run(f.again(7, "d3"));
  CHECK(f.conclusion_of("risk") == "success");
  CHECK(f.settle() >= 1);
  CHECK(f.conclusion_of("old-risk") == "success");
  CHECK(f.queue.jobs.empty());
}

TEST_CASE("a run that is given up takes no verdict away from a head that it is not about",
          "[same_head]") {
  JobFixture f;
  f.push("dddd", k_fixed);
  Job old = f.job("d1");
  old.again = true;
  SECTION("closed") {
    f.run(f.job("d0"));
    f.github.pull.state = "closed";
    f.handler->give_up(old, "x");
    CHECK(f.github.checks.size() == 1);
    CHECK(f.last_check()["conclusion"] == "success");
  }
  SECTION("closed while it was judged") {
    f.git.on_fetch = [] { throw Error(ErrorKind::unavailable, "fetching o/r: timed out"); };
    f.log.publications["o/r#0"].check_name = "leadline";
    f.log.publications["o/r#0"].named_bases = {{"main", "leadline"}};
    CHECK_THROWS_AS(f.run(f.job("d1")), Error);
    f.github.pull.state = "closed";
    f.handler->give_up(f.job("d1"), "x");
    REQUIRE(f.github.checks.size() == 1);
    CHECK(f.last_check()["conclusion"] == "cancelled"); // it does not stay open either
  }
  SECTION("another head, which has its verdict") {
    f.push("eeee", k_fixed);
    f.run(f.job("d2"));
    f.handler->give_up(old, "x");
    CHECK(f.last_check()["conclusion"] == "success");
    CHECK(f.github.checks.size() == 1);
  }
  SECTION("another head, whose turn comes") {
    f.push("eeee", k_fixed);
    f.queue.jobs = {f.job("d2")};
    f.handler->give_up(old, "x");
    CHECK(f.github.checks.empty());
    f.run_queued();
    CHECK(f.last_check()["conclusion"] == "success");
  }
  SECTION("another head, which nobody else judges") {
    f.push("eeee", k_fixed);
    f.handler->give_up(old, "x");
    CHECK(f.last_check()["conclusion"] == "action_required");
    CHECK(f.github.checks.back().head_sha == "eeee");
  }
  SECTION("its own") {
    f.run(f.job("d2"));
    f.git.on_fetch = [] { throw Error(ErrorKind::unavailable, "fetching o/r: timed out"); };
    CHECK_THROWS_AS(f.run(old), Error);
    f.handler->give_up(old, "x");
    CHECK(f.last_check()["conclusion"] == "action_required");
  }
}
