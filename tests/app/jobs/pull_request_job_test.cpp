#include "app/jobs/job_handlers.hpp"

#include "job_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace leadline;
using Fault = GitHubDouble::Fault;

TEST_CASE("an opened pull request gets a failed check, a comment on the line and a sticky one in "
          "five calls",
          "[pull_request_job]") {
  JobFixture f;
  f.run(f.job());
  REQUIRE(f.github.checks.size() == 1);
  CHECK(f.last_check()["status"] == "completed");
  CHECK(f.last_check()["conclusion"] == "failure");
  REQUIRE(f.github.threads.size() == 1);
  CHECK(f.github.threads[0].path == "pgbouncer.ini");
  CHECK(f.github.threads[0].line == 3);
  CHECK(f.github.comments.size() == 1);
  REQUIRE(f.github.checks[0].annotations.size() >= 1);
  CHECK(f.github.checks[0].annotations[0]["start_line"] == 3);
  CHECK(f.log.reports.count("7 aaaa") == 1);
  CHECK(f.git.url == "https://github.com/o/r.git");
  CHECK(f.git.token == "ghs_test");
  CHECK(f.git.wanted.front() == std::vector<std::string>{"refs/heads/main", "refs/pull/7/head"});

  CHECK(f.github.calls ==
        std::vector<std::string>{
            "POST /app/installations/1/access_tokens", // once an hour
            "GET /repos/o/r/pulls/7",
            "graphql FileOfDefaultBranch", // the organisation's defaults, once a minute
            "POST /repos/o/r/check-runs",
            "graphql PullRequestConversation",
            "PATCH /repos/o/r/check-runs/" + std::to_string(f.github.checks[0].id),
            "POST /repos/o/r/pulls/7/reviews",
            "POST /repos/o/r/issues/7/comments",
        });
  CHECK(f.github.rest_calls() == 5);
  CHECK(f.lines.str().find("ghs_test") == std::string::npos);
}

TEST_CASE("no usual run takes more than five REST calls", "[pull_request_job]") {
  JobFixture f;
  f.run(f.job("d1"));
  f.github.forget_calls();
  f.push("cccc", {{"pgbouncer.ini", "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 10\n"}});
  f.run(f.job("d2")); // another value: a new finding, the old one is gone
  CHECK(f.github.rest_calls() <= 5);
  CHECK(f.github.threads.size() == 2);
  f.github.forget_calls();
  f.push("dddd", k_fixed);
  f.run(f.job("d3"));
  CHECK(f.github.rest_calls() <= 4);
  CHECK(f.last_check()["conclusion"] == "success");
  CHECK(f.github.comments.size() == 1);
  f.github.forget_calls();
  f.run(f.job("d4")); // the same head
  CHECK(f.github.rest_calls() == 0);
}

TEST_CASE("operators are told how long the stages took and which rules found something",
          "[pull_request_job]") {
  JobFixture f;
  f.run(f.job());
  CHECK(f.observer.stages == std::vector<std::string>{"fetch", "judge", "check", "comments"});
  REQUIRE(f.observer.findings.size() == 1);
  CHECK(f.observer.findings[0] ==
        nlohmann::json::parse(f.log.reports.begin()->second)["findings"][0]["rule"]);
  CHECK(f.observer.acknowledgements.empty());
}

TEST_CASE("a clean pull request gets a check and no comment in three calls", "[pull_request_job]") {
  JobFixture f;
  f.push("dddd", k_fixed);
  f.run(f.job());
  CHECK(f.last_check()["conclusion"] == "success");
  CHECK(f.github.comments.empty());
  CHECK(f.github.threads.empty());
  CHECK(f.github.rest_calls() == 3);
}

TEST_CASE(
    "a crash at any call of any run ends in one check, one comment on the line, one sticky comment",
    "[pull_request_job]") {
  for (const Fault kind : {Fault::before, Fault::after}) {
    bool failed = true;
    for (int at = 1; failed; ++at) {
      CAPTURE(at, kind == Fault::before);
      JobFixture f;
      // All tries of the transport fail, as if the process were gone.
      f.github.fault = [&](int call, const HttpRequest&) {
        return call < at ? Fault::none : call == at ? kind : Fault::before;
      };
      failed = false;
      try {
        f.run(f.job());
      } catch (const Error& error) {
        CHECK(error.kind() == ErrorKind::unavailable);
        failed = true;
      }
      f.github.fault = nullptr;
      f.clock.pass(std::chrono::hours(1));
      Job again = f.job();
      again.attempt = 2;
      f.run(again);
      CHECK(f.github.checks.size() == 1);
      CHECK(f.last_check()["conclusion"] == "failure");
      CHECK(f.github.checks[0].annotations.size() == 1);
      CHECK(f.github.threads.size() == 1);
      CHECK(f.github.comments.size() == 1);
      REQUIRE(at < 15);
    }
  }
}

TEST_CASE("a person's re-run makes a new check run and no new comment", "[pull_request_job]") {
  JobFixture f;
  f.run(f.job("d1"));
  Job rerun = f.job("d2");
  rerun.again = true;
  rerun.comment_id = 77;
  rerun.sender = "sam";
  f.run(rerun);
  CHECK(f.github.checks.size() == 2);
  CHECK(f.github.threads.size() == 1);
  CHECK(f.github.comments.size() == 1);
  CHECK(f.github.reactions[77] == std::vector<std::string>{"eyes"});
}

TEST_CASE(
    "a re-run that a version before has stored, and refuses now, still runs what it merged with",
    "[pull_request_job]") {
  JobFixture f;
  Job rerun = f.job();
  rerun.again = true;
  rerun.comment_id = 77;
  rerun.sender = "stranger";
  f.run(rerun);
  CHECK(f.github.reactions[77] == std::vector<std::string>{"confused"});
  CHECK(f.github.checks.size() == 1); // the head had no verdict
  f.run(rerun);
  CHECK(f.github.checks.size() == 1); // it has one, and nobody who may has asked for another
}

TEST_CASE("closed pull requests and finished heads are left alone", "[pull_request_job]") {
  JobFixture f;
  SECTION("closed") {
    f.github.pull.state = "closed";
    f.run(f.job());
    CHECK(f.github.checks.empty());
  }
  SECTION("finished") {
    f.run(f.job("d1"));
    f.run(f.job("d2"));
    CHECK(f.github.checks.size() == 1);
  }
}

TEST_CASE("a draft gets the check at once and the comments when it is ready",
          "[pull_request_job]") {
  JobFixture f;
  f.github.pull.draft = true;
  f.run(f.job("d1"));
  CHECK(f.last_check()["conclusion"] == "failure");
  CHECK(f.github.comments.empty());
  CHECK(f.github.threads.empty());
  f.github.pull.draft = false;
  f.run(f.job("d2"));
  CHECK(f.github.comments.size() == 1);
  CHECK(f.github.threads.size() == 1);
}

TEST_CASE("a check links to its whole report where the server knows its address",
          "[pull_request_job]") {
  JobFixture f;
  f.run(f.job("d1"));
  CHECK(f.last_check().count("details_url") == 0);
  const ReportLinks links("https://leadline.example", {Secret("s3cret")});
  f.handler = f.handler_with(links);
  f.push("dddd", k_fixed);
  f.run(f.job("d2"));
  const std::string link = f.last_check()["details_url"];
  CHECK(link == links.link({"o/r", 7, "dddd"}, f.clock.now()));
  CHECK(f.log.reports.count("7 dddd") == 1); // and it is there
}

TEST_CASE("a pull request that became a draft does not go on showing what is settled",
          "[pull_request_job]") {
  JobFixture f;
  f.run(f.job("d1"));
  REQUIRE(f.github.comments.size() == 1);
  f.github.pull.draft = true;
  f.push("dddd", k_fixed);
  f.run(f.job("d2"));
  CHECK(f.github.comments[0].body.find("nothing left to say") != std::string::npos);
  CHECK(f.github.threads[0].minimized);
  f.github.pull.draft = false;
  f.push("eeee", f.git.commits["aaaa"]); // risky again, and ready
  f.run(f.job("d3"));
  CHECK(f.github.comments.size() == 1);
  CHECK(f.github.comments[0].body.find("max_client_conn") != std::string::npos);
}

TEST_CASE("a failure is told in words for who waits, not as the server sees it",
          "[pull_request_job]") {
  JobFixture f;
  f.git.on_fetch = [] { throw Error(ErrorKind::denied, "fetching http://10.1.2.3/o/r.git: 403"); };
  CHECK_THROWS_AS(f.run(f.job()), Error);
  f.handler->give_up(f.job(), "fetching http://10.1.2.3/o/r.git: 403");
  CHECK(summary_of(f.last_check()).find("10.1.2.3") == std::string::npos);
  CHECK(summary_of(f.last_check()).find("refused leadline access") != std::string::npos);
  CHECK(summary_of(f.last_check()).find("d1#7") !=
        std::string::npos); // what to look for in the log
}

TEST_CASE("a token that git refuses is asked for again, once", "[pull_request_job]") {
  JobFixture f;
  int fetches = 0;
  f.git.on_fetch = [&] {
    if (++fetches == 1) {
      throw Error(ErrorKind::denied, "fetching o/r: 401");
    }
  };
  f.run(f.job());
  CHECK(f.last_check()["conclusion"] == "failure");
  CHECK(std::count(f.github.calls.begin(), f.github.calls.end(),
                   "POST /app/installations/1/access_tokens") == 2);
}

TEST_CASE("a second pull request of the same head cannot turn the check green",
          "[pull_request_job]") {
  JobFixture f;
  f.git.commits["eeee"] = f.git.commits["aaaa"]; // a base that has the change already
  GitHubDouble::Pull risky = f.github.pull;
  risky.number = 6;
  f.github.other_pulls = {risky};
  f.github.pull.base_sha = "eeee";
  f.run(f.job());
  CHECK(f.last_check()["conclusion"] == "failure");
  CHECK(f.last_check()["output"]["title"].get<std::string>().find("Pull request 6") == 0);
  f.github.other_pulls[0].state = "closed";
  Job again = f.job("d2");
  again.again = true;
  f.run(again);
  CHECK(f.last_check()["conclusion"] == "success");
}

TEST_CASE("a head without a pull request in the event is found, each gets its job",
          "[pull_request_job]") {
  JobFixture f;
  GitHubDouble::Pull other = f.github.pull;
  other.number = 8;
  f.github.other_pulls = {other};
  Job job = f.job();
  job.pull_number = 0;
  f.run(job);
  REQUIRE(f.queue.jobs.size() == 2);
  CHECK(f.queue.jobs[0].pull_number == 7);
  CHECK(f.queue.jobs[1].pull_number == 8);
  CHECK(f.github.checks.empty());
}

TEST_CASE("after a force-push the commits themselves are fetched", "[pull_request_job]") {
  JobFixture f;
  int fetches = 0;
  f.git.on_fetch = [&] {
    if (++fetches == 1) {
      throw Error(ErrorKind::bad_input, "no ref \"refs/heads/main\"");
    }
  };
  f.run(f.job());
  CHECK(f.last_check()["conclusion"] == "failure");
  CHECK(f.git.wanted.back() == std::vector<std::string>{"bbbb", "aaaa"});
}

TEST_CASE("a comment's delay is no reason to look at an old head", "[pull_request_job]") {
  JobFixture f;
  Job job = f.job();
  job.head_sha = "9999"; // GitHub's API has not seen it yet, or a newer one has come
  f.run(job);
  CHECK(f.clock.slept >= std::chrono::seconds(2));
  CHECK(f.github.checks[0].head_sha == "aaaa");
}

TEST_CASE("whatever fails, the check says so and is never green", "[pull_request_job]") {
  struct Row {
    const char* what;
    std::function<void(JobFixture&)> break_it;
    ErrorKind kind;
  };
  const std::vector<Row> rows = {
      {"git is down",
       [](JobFixture& f) {
         f.git.on_fetch = [] { throw Error(ErrorKind::unavailable, "fetching o/r: timed out"); };
       },
       ErrorKind::unavailable},
      {"the token is refused by git",
       [](JobFixture& f) {
         f.git.on_fetch = [] { throw Error(ErrorKind::denied, "fetching o/r: 403"); };
       },
       ErrorKind::denied},
      {"the head is gone", [](JobFixture& f) { f.git.commits.erase("aaaa"); },
       ErrorKind::bad_input},
      {"GraphQL is down",
       [](JobFixture& f) {
         f.github.refuse = [](const HttpRequest& request) {
           return request.endpoint == Endpoint::graphql ? json_response(502, {}) : HttpResponse();
         };
       },
       ErrorKind::unavailable},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    JobFixture f;
    row.break_it(f);
    try {
      f.run(f.job());
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.kind() == row.kind);
      f.handler->give_up(f.job(), error.what());
    }
    REQUIRE(f.github.checks.size() == 1);
    CHECK(f.last_check()["status"] == "completed");
    CHECK(f.last_check()["conclusion"] == "action_required");
    CHECK(f.github.comments.empty());
  }
}

TEST_CASE("a verdict stands when only the comments are refused", "[pull_request_job]") {
  JobFixture f;
  f.github.refuse = [](const HttpRequest& request) {
    return request.path.find("/reviews") != std::string::npos
               ? json_response(403,
                               {{"message", "Unable to create comment because issue is locked."}})
               : HttpResponse();
  };
  try {
    f.run(f.job());
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::denied);
    f.handler->give_up(f.job(), error.what());
  }
  REQUIRE(f.github.checks.size() == 1);
  CHECK(f.last_check()["conclusion"] == "failure");
}

TEST_CASE("when GitHub cannot even be told, that is logged, and told later", "[pull_request_job]") {
  JobFixture f;
  f.git.on_fetch = [] { throw Error(ErrorKind::denied, "fetching o/r: 403"); };
  CHECK_THROWS_AS(f.run(f.job()), Error);
  f.github.fault = [](int, const HttpRequest&) { return Fault::before; };
  try {
    f.handler->give_up(f.job(), "fetching o/r: 403");
    FAIL("the worker would take it for told");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::unavailable);
  }
  CHECK(f.lines.str().find("403") != std::string::npos);
  CHECK(f.lines.str().find("nobody could be told") != std::string::npos);
  f.github.fault = nullptr;
  f.clock.pass(std::chrono::minutes(15));
  f.handler->give_up(f.job(), "fetching o/r: 403");
  CHECK(f.last_check()["conclusion"] == "action_required");
  CHECK(summary_of(f.last_check()).find("refused leadline access") != std::string::npos);
}

TEST_CASE("whom nobody can ever tell is not told for ever", "[pull_request_job]") {
  JobFixture f;
  f.github.refuse = [](const HttpRequest&) { return json_response(404, {{"message", "gone"}}); };
  f.handler->give_up(f.job(), "reading pull request 7: 404");
  CHECK(f.lines.str().find("nobody could be told") != std::string::npos);
}

TEST_CASE("a refused command cannot take a verdict away", "[pull_request_job]") {
  JobFixture f;
  f.run(f.job("d1"));
  Job rerun = f.job("d2");
  rerun.again = true;
  rerun.comment_id = 77;
  rerun.sender = "stranger";
  f.handler->give_up(rerun, "reading the permission of stranger: GitHub answered 500");
  CHECK(f.github.checks.size() == 1);
  CHECK(f.last_check()["conclusion"] == "failure");
}

TEST_CASE("an older verdict does not stand while another is asked for", "[pull_request_job]") {
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

TEST_CASE("a re-run by comment takes five REST calls at most, and its check waits at once",
          "[pull_request_job]") {
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
  CHECK(f.github.rest_calls() <= 5);
  CHECK(f.github.checks.size() == 2);
  CHECK(f.last_check()["conclusion"] == "failure");
}

TEST_CASE("a run that had to wait takes five REST calls with the one that showed it",
          "[pull_request_job]") {
  JobFixture f;
  f.log.publications["o/r#0"].check_name = "leadline"; // of another pull request
  f.handler->announce(f.job());
  CHECK(f.last_check()["status"] == "queued");
  f.run(f.job());
  CHECK(f.github.rest_calls() == 5);
  CHECK(f.github.checks.size() == 1);
  CHECK(f.last_check()["conclusion"] == "failure");
  CHECK(f.github.threads.size() == 1);
}

TEST_CASE("what was shown as queued ends with its head", "[pull_request_job]") {
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

TEST_CASE("a run leaves the check to the one behind it that asks for another verdict",
          "[pull_request_job]") {
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

TEST_CASE("a head that is pushed over while its check is finished gets no comment",
          "[pull_request_job]") {
  JobFixture f;
  SECTION("the next one waits") {
    Job newer = f.job("d2");
    newer.head_sha = "ffff";
    f.queue.jobs = {newer};
    f.run(f.job("d1"));
  }
  SECTION("GitHub has it") {
    f.github.fault = [&](int, const HttpRequest& request) {
      if (request.method == "PATCH" && request.path.find("/check-runs/") != std::string::npos) {
        f.clock.pass(std::chrono::seconds(5)); // a limit, or many annotations
        f.github.pull.head_sha = "ffff";
      }
      return Fault::none;
    };
    f.run(f.job("d1"));
  }
  CHECK(f.last_check()["conclusion"] == "failure"); // true of that head
  CHECK(f.github.threads.empty());
  CHECK(f.github.comments.empty());
}

TEST_CASE("a merge group is judged by its combined diff, on its own head", "[pull_request_job]") {
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
          "[pull_request_job]") {
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
