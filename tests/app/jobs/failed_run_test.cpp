// What people see of runs that fail.
#include "app/jobs/job_handlers.hpp"

#include "job_fixture.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using Fault = GitHubDouble::Fault;

TEST_CASE("a failure is told in words for who waits, not as the server sees it", "[failed_run]") {
  JobFixture f;
  f.git.on_fetch = [] { throw Error(ErrorKind::denied, "fetching http://10.1.2.3/o/r.git: 403"); };
  CHECK_THROWS_AS(f.run(f.job()), Error);
  f.handler->give_up(f.job(), "fetching http://10.1.2.3/o/r.git: 403");
  CHECK(summary_of(f.last_check()).find("10.1.2.3") == std::string::npos);
  CHECK(summary_of(f.last_check()).find("refused leadline access") != std::string::npos);
  CHECK(summary_of(f.last_check()).find("d1#7") !=
        std::string::npos); // what to look for in the log
}

TEST_CASE("whatever fails, the check says so and is never green", "[failed_run]") {
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

TEST_CASE("a verdict stands when only the comments are refused", "[failed_run]") {
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

TEST_CASE("when GitHub cannot even be told, that is logged, and told later", "[failed_run]") {
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

TEST_CASE("whom nobody can ever tell is not told for ever", "[failed_run]") {
  JobFixture f;
  f.github.refuse = [](const HttpRequest&) { return json_response(404, {{"message", "gone"}}); };
  f.handler->give_up(f.job(), "reading pull request 7: 404");
  CHECK(f.lines.str().find("nobody could be told") != std::string::npos);
}

TEST_CASE("a refused command cannot take a verdict away", "[failed_run]") {
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
