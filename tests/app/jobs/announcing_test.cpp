#include "app/jobs/announcing.hpp"

#include "app/jobs/job_handlers.hpp"
#include "job_fixture.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("an older verdict does not stand while another is asked for", "[announcing]") {
  JobFixture f;
  f.push("dddd", k_fixed);
  f.run(f.job("d1"));
  CHECK(f.last_check()["conclusion"] == "success");
  Job again = f.job("d2"); // its base is another one, say
  again.again = true;
  f.handler->announce(f.job("d3")); // a late delivery asks for nothing
  CHECK(f.github.checks.size() == 1);
  f.handler->announce(again);
  f.handler->announce(again);
  REQUIRE(f.github.checks.size() == 2);
  CHECK(f.last_check()["status"] == "queued");
  CHECK_FALSE(f.last_check().contains("conclusion"));
  f.run(again);
  CHECK(f.github.checks.size() == 2);
  CHECK(f.last_check()["conclusion"] == "success");
}

TEST_CASE("a re-run by comment takes three REST calls and three, and its check waits at once",
          "[announcing]") {
  JobFixture f;
  f.run(f.job("d1"));
  Job command = f.job("d2");
  command.kind = JobKind::command;
  command.head_sha.clear();
  command.command = "/leadline rerun";
  command.comment_id = 77;
  command.sender = "sam";
  f.github.forget_calls();
  f.run(command);
  CHECK(f.github.calls == std::vector<std::string>{"GET /repos/o/r/collaborators/sam/permission",
                                                   "POST /repos/o/r/issues/comments/77/reactions",
                                                   "POST /repos/o/r/check-runs"});
  CHECK(f.last_check()["status"] == "queued");
  f.github.forget_calls();
  f.github.threads.clear(); // as if its comment were new
  f.log.publications["o/r#7"].findings.clear();
  f.run_queued();
  CHECK(f.github.rest_calls() <= 3);
  CHECK(f.github.checks.size() == 2);
  CHECK(f.last_check()["conclusion"] == "failure");
}

TEST_CASE("a run that had to wait takes four REST calls with the one that showed it",
          "[announcing]") {
  JobFixture f;
  f.log.publications["o/r#0"].check_name = "leadline"; // of another pull request
  f.handler->announce(f.job());
  CHECK(f.last_check()["status"] == "queued");
  f.run(f.job());
  CHECK(f.github.rest_calls() == 4);
  CHECK(f.github.checks.size() == 1);
  CHECK(f.last_check()["conclusion"] == "failure");
  CHECK(f.github.threads.size() == 1);
}

TEST_CASE("what was shown as queued ends with its head", "[announcing]") {
  JobFixture f;
  f.run(f.job("d1"));
  f.push("cccc", k_fixed);
  f.handler->announce(f.job("d2"));
  REQUIRE(f.github.checks.size() == 2);
  SECTION("pushed over") {
    f.push("dddd", k_fixed);
    f.run(f.job("d3"));
    REQUIRE(f.github.checks.size() == 3);
    CHECK(f.github.checks[1].fields["conclusion"] == "cancelled");
    CHECK(f.github.checks[2].fields["conclusion"] == "success");
  }
  SECTION("closed") {
    f.github.pull.state = "closed";
    f.run(f.job("d2"));
    CHECK(f.github.checks[1].fields["conclusion"] == "cancelled");
  }
  SECTION("given up") {
    f.push("dddd", k_fixed);
    f.handler->give_up(f.job("d3"), "x");
    CHECK(f.github.checks[1].fields["conclusion"] == "cancelled");
    CHECK(f.last_check()["conclusion"] == "action_required");
  }
}

TEST_CASE("what is shown as queued while a run is under way ends with its head too",
          "[announcing]") {
  JobFixture f;
  f.run(f.job("d1"));
  f.push("cccc", k_fixed);
  f.git.on_fetch = [&] {
    f.git.on_fetch = nullptr;
    Job next = f.job("d3");
    next.head_sha = "dddd";
    f.handler->announce(next);
  };
  f.run(f.job("d2"));
  const auto check_of = [&](const std::string& head) {
    const auto found = std::find_if(f.github.checks.begin(), f.github.checks.end(),
                                    [&](const auto& check) { return check.head_sha == head; });
    REQUIRE(found != f.github.checks.end());
    return found->fields;
  };
  CHECK(check_of("cccc")["conclusion"] == "success");
  CHECK(check_of("dddd")["status"] == "queued");
  f.push("eeee", k_fixed);
  f.run(f.job("d4"));
  CHECK(check_of("dddd")["conclusion"] == "cancelled");
  CHECK(check_of("eeee")["conclusion"] == "success");
  CHECK(f.log.load("o/r", 7)->queued_heads.empty());
}

TEST_CASE("a verdict comes back after its pull request was closed while it was asked for anew",
          "[announcing]") {
  JobFixture f;
  f.push("dddd", k_fixed);
  f.run(f.job("d1"));
  Job again = f.job("d2");
  again.again = true;
  f.handler->announce(again);
  Job next = f.job("d4");
  SECTION("closed, run again, and open again") {
    f.github.pull.state = "closed";
    f.run(f.job("d3"));
    CHECK(f.last_check()["conclusion"] == "cancelled");
    f.github.pull.state = "open"; // its delivery does not come
  }
  SECTION("pushed over, and pushed back") {
    f.push("eeee", k_fixed);
    f.github.fault = [&](int, const HttpRequest& request) {
      return request.method == "POST" && request.path.ends_with("/check-runs")
                 ? GitHubDouble::Fault::before
                 : GitHubDouble::Fault::none;
    };
    CHECK_THROWS_AS(f.run(f.job("d3")), Error);
    f.github.fault = nullptr;
    f.push("dddd", k_fixed);
    CHECK(f.last_check()["conclusion"] == "cancelled");
  }
  SECTION("a sweep finds it") {
    f.github.pull.state = "closed";
    f.run(f.job("d3"));
    f.github.pull.state = "open";
    next.kind = JobKind::sweep;
    next.pull_number = 0;
    next.head_sha.clear();
  }
  f.run(next);
  f.run_queued();
  CHECK(f.last_check()["conclusion"] == "success");
  const std::size_t checks = f.github.checks.size();
  f.run(next);
  f.run_queued();
  CHECK(f.github.checks.size() == checks);
}

TEST_CASE("a run leaves the check to the one behind it that asks for another verdict",
          "[announcing]") {
  JobFixture f;
  Job again = f.job("d2");
  again.again = true;
  again.reason = "base changed";
  f.queue.jobs = {again};
  f.run(f.job("d1"));
  REQUIRE(f.github.checks.size() == 1);
  CHECK_FALSE(f.last_check().contains("conclusion"));
  CHECK(f.github.threads.empty());
  f.run_queued();
  CHECK(f.github.checks.size() == 1);
  CHECK(f.last_check()["conclusion"] == "failure");
  CHECK(f.github.threads.size() == 1);
}

TEST_CASE("a run leaves the check to the label's that waits behind it", "[announcing]") {
  JobFixture f;
  f.git.commits["bbbb"][".github/leadline.yml"] = "acknowledge: {override_label: accepted}\n";
  f.git.commits["aaaa"][".github/leadline.yml"] = f.git.commits["bbbb"][".github/leadline.yml"];
  f.run(f.job("d1"));
  REQUIRE(f.last_check()["conclusion"] == "failure");
  f.github.pull.labels = {"accepted"};
  Job unlabeled = f.job("d3");
  unlabeled.reason = "unlabeled";
  unlabeled.label = "other\naccepted";
  Job again = f.job("d2");
  again.again = true;
  SECTION("which judges the head that there is then") {
    unlabeled.head_sha = GENERATE("aaaa", "0000"); // its event may be an old one
    // It is removed while the run that has seen it is under way.
    f.github.fault = [&](int, const HttpRequest& request) {
      if (request.body.find("PullRequestConversation") != std::string::npos) {
        f.queue.jobs = {unlabeled};
      }
      return GitHubDouble::Fault::none;
    };
    f.run(again);
    CHECK_FALSE(f.last_check().contains("conclusion"));
    f.github.fault = nullptr;
    f.github.pull.labels.clear();
    f.run_queued();
    CHECK(f.github.checks.size() == 2);
    CHECK(f.last_check()["conclusion"] == "failure");
  }
  SECTION("unless the label means nothing") {
    unlabeled.label = "other";
    f.queue.jobs = {unlabeled};
    f.run(again);
    CHECK(f.last_check()["conclusion"] == "success");
  }
}
