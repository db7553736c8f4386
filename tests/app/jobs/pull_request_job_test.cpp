#include "app/jobs/job_context.hpp"
#include "app/jobs/job_log.hpp"

#include "job_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace leadline;
using Fault = GitHubDouble::Fault;

TEST_CASE("an opened pull request gets a failed check, a comment on the line and a sticky one in "
          "four calls",
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
            "graphql PullRequestsByNumber",
            "graphql FileOfDefaultBranch", // the organisation's defaults, once a minute
            "POST /repos/o/r/check-runs",
            "graphql PullRequestConversation",
            "PATCH /repos/o/r/check-runs/" + std::to_string(f.github.checks[0].id),
            "POST /repos/o/r/pulls/7/reviews",
            "POST /repos/o/r/issues/7/comments",
        });
  CHECK(f.github.rest_calls() == 4);
  CHECK(f.lines.str().find("ghs_test") == std::string::npos);
}

TEST_CASE("each line of a re-run names its head, and the delivery that asked for it",
          "[pull_request_job]") {
  JobFixture f;
  f.run(f.job("d1"));
  f.logger.set_formatter(make_log_formatter(LogFormat::text));
  Job asked = f.job("d2");
  asked.command = "/leadline rerun";
  const Job rerun = rerun_after(asked, "rerun by sam");
  REQUIRE(rerun.head_sha.empty());
  f.lines.str("");
  {
    const LogKeys keys = keys_of(rerun); // the worker's
    SECTION("run") { f.run(rerun); }
    SECTION("given up") { f.handler->give_up(rerun, "x"); }
  }
  std::istringstream lines(f.lines.str());
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) {
    CAPTURE(line);
    CHECK(line.find(" sha=aaaa") != std::string::npos);
    CHECK(line.find(" delivery=d2 ") != std::string::npos);
  }
  CHECK((count > 0 || f.last_check()["conclusion"] == "action_required"));
}

TEST_CASE("no usual run takes more than five REST calls", "[pull_request_job]") {
  JobFixture f;
  f.run(f.job("d1"));
  f.github.forget_calls();
  f.push("cccc", {{"pgbouncer.ini", "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 10\n"}});
  f.run(f.job("d2")); // another value: a new finding, the old one is gone
  CHECK(f.github.rest_calls() <= 4);
  CHECK(f.github.threads.size() == 2);
  f.github.forget_calls();
  f.push("dddd", k_fixed);
  f.run(f.job("d3"));
  CHECK(f.github.rest_calls() <= 3);
  CHECK(f.last_check()["conclusion"] == "success");
  CHECK(f.github.comments.size() == 1);
  f.github.forget_calls();
  f.run(f.job("d4")); // the same head
  CHECK(f.github.calls == std::vector<std::string>{"graphql PullRequestsByNumber"});
}

TEST_CASE("what costs more REST calls costs as many as are said of it", "[pull_request_job]") {
  // As docs/github.md has it, beyond the four of a run with a new finding.
  struct Row {
    const char* what;
    int more;
    std::function<void(JobFixture&, Job&)> prepare;
    const char* conclusion = "failure";
  };
  const auto configure = [](JobFixture& f, const std::string& text) {
    for (const char* commit : {"bbbb", "aaaa"}) {
      f.git.commits[commit][".github/leadline.yml"] = text;
    }
  };
  // A word about what was found, and the run that it asks for, which the command has shown.
  const auto acknowledge = [&](JobFixture& f, Job& job, const std::string& owner) {
    f.github.teams["org/dba"] = {"sam"};
    configure(f, "acknowledge: {owners: {connection-pool: ['" + owner + "']}}\n");
    f.run(job);
    Job word = f.job("d2");
    word.kind = JobKind::command;
    word.command = "/leadline ack all fine";
    word.comment_id = 5;
    word.sender = "sam";
    f.run(word);
    REQUIRE(f.acknowledgements.rows.size() == 1);
    REQUIRE(f.queue.jobs.size() == 1);
    job = f.queue.jobs[0];
    f.queue.jobs.clear();
  };
  const std::vector<Row> rows = {
      {"nothing", 0, [](JobFixture&, Job&) {}},
      {"an owner's word, no review, and its check shown before", -1,
       [&](JobFixture& f, Job& job) { acknowledge(f, job, "@sam"); }, "success"},
      {"the word of an owning team, no review, and its check shown before", 0,
       [&](JobFixture& f, Job& job) { acknowledge(f, job, "@org/dba"); }, "success"},
      {"the word of an owning team beside a new finding", 2,
       [&](JobFixture& f, Job& job) {
         acknowledge(f, job, "@org/dba");
         f.run(job);
         f.git.commits["bbbb"]["redis.conf"] = "port 6379\nrequirepass S3cretLongOne\n";
         GitDouble::Files files = f.git.commits["aaaa"];
         files["redis.conf"] = "port 6379\n\n";
         f.push("dddd", files);
         job = f.job("d4");
       }},
      {"a label", 1,
       [&](JobFixture& f, Job&) {
         configure(f, "acknowledge: {override_label: ok}\n");
         f.github.pull.labels = {"ok"};
       }},
      {"another head than was told", 0, [](JobFixture&, Job& job) { job.head_sha = "9999"; }},
      {"a try before", 1,
       [](JobFixture& f, Job& job) {
         f.github.fault = [](int, const HttpRequest& request) {
           return request.method == "PATCH" ? Fault::before : Fault::none;
         };
         CHECK_THROWS_AS(f.run(job), Error);
         f.github.fault = nullptr;
         f.github.checks.clear(); // of which GitHub knows nothing: it is made again
         f.clock.pass(std::chrono::hours(1));
       }},
      {"a head that was pushed over", 1,
       [](JobFixture& f, Job& job) {
         f.log.publications["o/r#0"].check_name = "leadline";
         Job old = job;
         old.head_sha = "0000";
         f.handler->announce(old);
       }},
      {"another name", 2,
       [&](JobFixture& f, Job&) {
         configure(f, "publish: {check_name: risk}\n");
         f.log.publications["o/r#0"].named_bases = {{"main", "leadline"}};
       }},
      {"of a head that others have", 0,
       [](JobFixture& f, Job&) {
         f.github.other_pulls = {f.github.pull};
         f.github.other_pulls[0].number = 6;
       }},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    JobFixture f;
    Job job = f.job();
    row.prepare(f, job);
    f.github.forget_calls();
    f.run(job);
    CHECK(f.last_check()["conclusion"] == row.conclusion);
    CHECK(f.github.rest_calls() == 4 + row.more);
  }
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

TEST_CASE("a pull request that GitHub does not show yet is looked at twice, and none is an error",
          "[pull_request_job]") {
  JobFixture f;
  int hidden = 1;
  f.github.refuse = [&](const HttpRequest& request) {
    return request.body.find("PullRequestsByNumber") == std::string::npos || hidden-- <= 0
               ? HttpResponse()
               : json_response(
                     200, {{"data", {{"repository", {{"p0", nullptr}}}}},
                           {"errors", {{{"type", "NOT_FOUND"}, {"path", {"repository", "p0"}}}}}});
  };
  f.run(f.job());
  CHECK(f.clock.slept >= std::chrono::seconds(2));
  CHECK(f.last_check()["conclusion"] == "failure");
  hidden = 2;
  try {
    f.run(f.job("d2"));
    FAIL("a pull request that is not there");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::not_found);
    CHECK_THAT(error.what(), Catch::Contains("pull request 7"));
  }
}

TEST_CASE("a clean pull request gets a check and no comment in two calls", "[pull_request_job]") {
  JobFixture f;
  f.push("dddd", k_fixed);
  f.run(f.job());
  CHECK(f.last_check()["conclusion"] == "success");
  CHECK(f.github.comments.empty());
  CHECK(f.github.threads.empty());
  CHECK(f.github.rest_calls() == 2);
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

TEST_CASE("a command whose pull request is found by its head is for none of several",
          "[pull_request_job]") {
  JobFixture f;
  Job job = f.job();
  job.kind = JobKind::command;
  job.command = "/leadline ack all by the button of the check";
  job.pull_number = 0;
  f.run(job);
  REQUIRE(f.queue.jobs.size() == 1);
  CHECK(f.queue.jobs[0].pull_number == 7);
  f.queue.jobs.clear();
  f.github.other_pulls = {f.github.pull};
  f.github.other_pulls[0].number = 8;
  f.run(job);
  CHECK(f.queue.jobs.empty());
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

TEST_CASE("a change of other files than GitHub counts is told", "[pull_request_job]") {
  for (const int counted : {1, 4, 3'000}) {
    CAPTURE(counted);
    JobFixture f;
    f.github.pull.changed_files = counted;
    f.run(f.job());
    CHECK(f.last_check()["conclusion"] == "failure");
    CHECK((summary_of(f.last_check()).find("GitHub counts 4 changed files, git 1") !=
           std::string::npos) == (counted == 4)); // beyond 3,000 it does not count
  }
}
