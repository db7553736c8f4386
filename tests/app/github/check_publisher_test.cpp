#include "app/github/check_publisher.hpp"

#include "base/error.hpp"
#include "publisher_fixture.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using Fault = GitHubDouble::Fault;

namespace {

struct CheckFixture : PublisherFixture {
  CheckPublisher publisher(GitHubClient& api, const std::string& name = "leadline") {
    return {api, log, clock, {name, "42"}};
  }

  void run_once(const std::string& key, const std::string& conclusion, int annotations = 1) {
    GitHubClient api = client();
    CheckPublisher checks = publisher(api);
    const CheckPublisher::Begun begun = checks.begin("aaaa", key, "opened");
    checks.finish(begun, outcome(conclusion, annotations));
  }

  static CheckRunFields outcome(const std::string& conclusion, int annotations) {
    CheckRunFields fields;
    fields.conclusion = conclusion;
    fields.title = "1 finding";
    fields.summary = "summary";
    for (int line = 1; line <= annotations; ++line) {
      fields.annotations.push_back({"pool.ini", line, line, "failure", "title", "message"});
    }
    return fields;
  }
};

} // namespace

TEST_CASE("a check run is made in progress and completed once", "[check_publisher]") {
  CheckFixture f;
  f.run_once("d1", "failure");
  REQUIRE(f.github.checks.size() == 1);
  const nlohmann::json& fields = f.github.checks[0].fields;
  CHECK(fields["name"] == "leadline");
  CHECK(fields["head_sha"] == "aaaa");
  CHECK(fields["status"] == "completed");
  CHECK(fields["conclusion"] == "failure");
  CHECK(fields["external_id"] == "d1");
  CHECK(f.github.checks[0].annotations.size() == 1);
  for (const nlohmann::json& action : fields["actions"]) {
    CHECK(action["label"].get<std::string>().size() <= 20);
    CHECK(action["identifier"].get<std::string>().size() <= 20);
    CHECK(action["description"].get<std::string>().size() <= 40);
  }
  CHECK(f.github.rest_calls() == 2);
}

TEST_CASE("a re-run is a new check run, as annotations cannot be taken back", "[check_publisher]") {
  CheckFixture f;
  f.run_once("d1", "failure");
  f.run_once("d2", "success", 0);
  REQUIRE(f.github.checks.size() == 2);
  CHECK(f.github.checks[1].fields["conclusion"] == "success");
  CHECK(f.github.checks[0].annotations.size() == 1);
}

TEST_CASE("annotations are sent in batches of fifty", "[check_publisher]") {
  CheckFixture f;
  f.run_once("d1", "failure", 120);
  REQUIRE(f.github.checks.size() == 1);
  CHECK(f.github.checks[0].annotations.size() == 120);
  CHECK(f.github.rest_calls() == 4);
  for (const HttpRequest& request : f.github.requests) {
    const nlohmann::json body = nlohmann::json::parse(request.body);
    if (body.contains("output") && body["output"].contains("annotations")) {
      CHECK(body["output"]["annotations"].size() <= 50);
    }
  }
}

TEST_CASE("texts beyond GitHub's limits are cut and say so", "[check_publisher]") {
  CheckFixture f;
  GitHubClient api = f.client();
  CheckPublisher checks = f.publisher(api);
  CheckRunFields outcome = CheckFixture::outcome("failure", 0);
  for (int i = 0; i < 20'000; ++i) {
    outcome.summary += "\xC3\xA9\xC3\xA9\xC3\xA9\n";
  }
  outcome.text = outcome.summary;
  checks.finish(checks.begin("aaaa", "d1", "opened"), outcome);
  const std::string summary = f.github.checks[0].fields["output"]["summary"];
  CHECK(summary.size() <= 2 * 65'535);
  CHECK(summary.find("All is in the report that `leadline analyze` prints.") != std::string::npos);
  outcome.details_url = "https://leadline.example/report?pull=7";
  checks.finish(checks.begin("aaaa", "d2", "opened"), outcome);
  for (const char* part : {"summary", "text"}) {
    const std::string shown = f.github.checks[1].fields["output"][part];
    CHECK(shown.find("[the whole report](https://leadline.example/report?pull=7)") !=
          std::string::npos);
  }
}

TEST_CASE("each name has a check run of its own on a head", "[check_publisher]") {
  CheckFixture f;
  GitHubClient api = f.client();
  CheckPublisher ours = f.publisher(api);
  CheckPublisher theirs = f.publisher(api, "risk");
  const auto of = [&](const std::string& name) {
    std::vector<const GitHubDouble::Check*> found;
    for (const GitHubDouble::Check& check : f.github.checks) {
      if (check.fields["name"] == name) {
        found.push_back(&check);
      }
    }
    return found;
  };
  SECTION("one is under way while the other ends") {
    const CheckPublisher::Begun begun = ours.begin("aaaa", "d1#7", "opened");
    theirs.finish(theirs.begin("aaaa", "d2#8", "opened"), f.outcome("success", 2));
    ours.finish(begun, f.outcome("failure", 3));
  }
  SECTION("one is shown as queued") {
    REQUIRE(ours.announce("aaaa", "d1#7", "opened"));
    REQUIRE(theirs.announce("aaaa", "d2#8", "opened"));
    theirs.finish(theirs.begin("aaaa", "d2#8", "opened"), f.outcome("success", 2));
    CHECK(of("leadline").front()->fields["status"] == "queued");
    ours.finish(ours.begin("aaaa", "d1#7", "opened"), f.outcome("failure", 3));
  }
  SECTION("the ids of both were never learnt") {
    f.github.fault = [](int, const HttpRequest& request) {
      return request.method == "POST" ? Fault::after : Fault::none;
    };
    CHECK_THROWS_AS(ours.begin("aaaa", "d1#7", "opened"), Error);
    CHECK_THROWS_AS(theirs.begin("aaaa", "d2#8", "opened"), Error);
    f.github.fault = nullptr;
    ours.finish(ours.begin("aaaa", "d1#7", "opened"), f.outcome("failure", 3));
    theirs.finish(theirs.begin("aaaa", "d2#8", "opened"), f.outcome("success", 2));
  }
  SECTION("one is given up") {
    const CheckPublisher::Begun begun = ours.begin("aaaa", "d1#7", "opened");
    theirs.conclude("aaaa", "d2#8", f.outcome("success", 2), CheckPublisher::Earlier::replace);
    ours.finish(begun, f.outcome("failure", 3));
  }
  REQUIRE(of("leadline").size() == 1);
  REQUIRE(of("risk").size() == 1);
  CHECK(of("leadline").front()->fields["conclusion"] == "failure");
  CHECK(of("leadline").front()->annotations.size() == 3);
  CHECK(of("risk").front()->fields["conclusion"] == "success");
  CHECK(f.log.open_check_runs({}, 10).empty());
}

TEST_CASE("a crash at any call ends in one completed check run with each annotation once",
          "[check_publisher]") {
  for (const Fault kind : {Fault::before, Fault::after}) {
    bool failed = true;
    for (int at = 1; failed; ++at) {
      CAPTURE(at, kind == Fault::before);
      CheckFixture f;
      f.github.fault = [&](int call, const HttpRequest&) {
        return call == at ? kind : Fault::none;
      };
      failed = false;
      try {
        f.run_once("d1", "failure", 70);
      } catch (const Error&) {
        failed = true;
      }
      f.github.fault = nullptr;
      f.run_once("d1", "failure", 70);
      REQUIRE(f.github.checks.size() == 1);
      CHECK(f.github.checks[0].fields["status"] == "completed");
      CHECK(f.github.checks[0].annotations.size() == 70);
      REQUIRE(at < 10);
    }
  }
}

TEST_CASE("a failed run is concluded without a second check run", "[check_publisher]") {
  CheckFixture f;
  GitHubClient api = f.client();
  CheckPublisher checks = f.publisher(api);
  const CheckRunFields sorry = CheckFixture::outcome("action_required", 0);
  SECTION("in progress") {
    checks.begin("aaaa", "d1", "opened");
    CHECK(checks.conclude("aaaa", "d1", sorry, CheckPublisher::Earlier::replace));
  }
  SECTION("never begun") {
    CHECK(checks.conclude("aaaa", "d1", sorry, CheckPublisher::Earlier::replace));
  }
  REQUIRE(f.github.checks.size() == 1);
  CHECK(f.github.checks[0].fields["conclusion"] == "action_required");
  CHECK_FALSE(checks.conclude("aaaa", "d1", sorry, CheckPublisher::Earlier::replace)); // told once

  // The job is taken up again by hand, or its delivery is sent again: its verdict counts.
  f.run_once("d1", "failure");
  REQUIRE(f.github.checks.size() == 2);
  CHECK(f.github.checks[1].fields["conclusion"] == "failure");
}

TEST_CASE("a verdict stands when only what came after it failed", "[check_publisher]") {
  CheckFixture f;
  f.run_once("d1", "failure");
  GitHubClient api = f.client();
  CheckPublisher checks = f.publisher(api);
  const CheckRunFields sorry = CheckFixture::outcome("action_required", 0);
  CHECK_FALSE(checks.conclude("aaaa", "d1", sorry, CheckPublisher::Earlier::replace));
  CHECK_FALSE(checks.conclude("aaaa", "d2", sorry, CheckPublisher::Earlier::keep));
  CHECK(f.github.checks.size() == 1);
  CHECK(checks.conclude("aaaa", "d3", sorry, CheckPublisher::Earlier::replace));
  CHECK(f.github.checks.size() == 2);
}

TEST_CASE("a check run that was announced is taken over, not made twice", "[check_publisher]") {
  CheckFixture f;
  GitHubClient api = f.client();
  CheckPublisher checks = f.publisher(api);
  CHECK(checks.announce("aaaa", "d1", "base changed"));
  REQUIRE(f.github.checks.size() == 1);
  CHECK(f.github.checks[0].fields["status"] == "queued");
  CHECK_FALSE(f.github.checks[0].fields.contains("conclusion"));
  CHECK_FALSE(checks.announce("aaaa", "d2", "base changed"));
  f.github.forget_calls();
  f.run_once("d2", "success", 0);
  CHECK(f.github.rest_calls() == 1); // nothing is asked, nothing is made
  REQUIRE(f.github.checks.size() == 1);
  CHECK(f.github.checks[0].fields["conclusion"] == "success");
  CHECK(f.github.checks[0].fields["external_id"] == "d2");
  f.run_once("d2", "success", 0); // tried again
  CHECK(f.github.checks.size() == 1);
  CHECK(checks.announce("aaaa", "d3", "unack")); // over a verdict that stands
  CHECK(f.github.checks.size() == 2);
}

TEST_CASE("nothing is announced while a run is under way", "[check_publisher]") {
  CheckFixture f;
  GitHubClient api = f.client();
  CheckPublisher checks = f.publisher(api);
  checks.begin("aaaa", "d1", "opened");
  CHECK_FALSE(checks.announce("aaaa", "d2", "base changed"));
  CHECK(f.github.checks.size() == 1);
}

TEST_CASE("a run that has ended is not announced, whether or not its end was heard of",
          "[check_publisher]") {
  CheckFixture f;
  f.run_once("d1", "failure");
  GitHubClient api = f.client();
  CheckPublisher checks = f.publisher(api);
  CHECK_FALSE(checks.announce("aaaa", "d1", "opened"));
  f.log.save_check_run("o/r", "aaaa", f.github.checks[0].id); // the answer to its end was lost
  CHECK_FALSE(checks.announce("aaaa", "d1", "opened"));
  CHECK(f.github.checks.size() == 1);
}

TEST_CASE("what was announced of a head that is none any more is cancelled", "[check_publisher]") {
  for (const bool crashed : {false, true}) {
    CAPTURE(crashed);
    CheckFixture f;
    GitHubClient api = f.client();
    CheckPublisher checks = f.publisher(api);
    checks.announce("aaaa", "d1", "synchronize");
    if (crashed) { // before its id was learnt
      f.log.save_check_run("o/r", "aaaa", k_check_run_intended);
    }
    checks.withdraw("aaaa", "d2", "replaced");
    CHECK(f.github.checks[0].fields["status"] == "completed");
    CHECK(f.github.checks[0].fields["conclusion"] == "cancelled");
    f.run_once("d3", "failure");
    REQUIRE(f.github.checks.size() == 2);
    checks.withdraw("aaaa", "d4", "replaced"); // a verdict is left alone
    CHECK(f.github.checks[1].fields["conclusion"] == "failure");
  }
}

TEST_CASE("check runs of other apps are left alone", "[check_publisher]") {
  CheckFixture f;
  f.log.check_runs["aaaa"] = k_check_run_intended;
  f.github.refuse = [](const HttpRequest& request) {
    if (request.method != "GET") {
      return HttpResponse();
    }
    return json_response(
        200, {{"check_runs", {{{"id", 3}, {"status", "in_progress"}, {"app", {{"id", 7}}}}}}});
  };
  f.run_once("d1", "failure");
  CHECK(f.github.checks.size() == 1);
}

TEST_CASE("annotations of a run that another one follows are not there twice",
          "[check_publisher]") {
  CheckFixture f;
  GitHubClient api = f.client();
  CheckPublisher checks = f.publisher(api);
  const CheckPublisher::Begun begun = checks.begin("aaaa", "d1", "opened");
  int sent = 0;
  f.github.fault = [&](int, const HttpRequest& request) {
    return request.method == "PATCH" && ++sent == 2 ? Fault::before : Fault::none;
  };
  CHECK_THROWS_AS(checks.finish(begun, f.outcome("failure", 60)), Error);
  f.github.fault = nullptr;
  REQUIRE(f.github.checks.size() == 1);
  CHECK(f.github.checks[0].annotations.size() == 50);
  enum class Next { same_run, handed_over, another_run };
  const Next next = GENERATE(Next::same_run, Next::handed_over, Next::another_run);
  CAPTURE(static_cast<int>(next));
  if (next == Next::same_run) { // goes on with them
    f.run_once("d1", "failure", 60);
    CHECK(f.github.checks.size() == 1);
    CHECK(f.github.checks[0].annotations.size() == 60);
    return;
  }
  if (next == Next::handed_over) { // by its next try, to the run behind it
    checks.hand_over(checks.begin("aaaa", "d1", "opened"));
  }
  f.run_once("d2", "failure", 60);
  REQUIRE(f.github.checks.size() == 2);
  CHECK(f.github.checks[0].fields["conclusion"] == "cancelled");
  CHECK(f.github.checks[0].annotations.size() == 50);
  CHECK(f.github.checks[1].fields["conclusion"] == "failure");
  CHECK(f.github.checks[1].annotations.size() == 60);
}

TEST_CASE("a check run that GitHub has deleted is made again", "[check_publisher]") {
  // The oldest of more than 1,000 of one name and suite goes.
  CheckFixture f;
  GitHubClient api = f.client();
  CheckPublisher checks = f.publisher(api);
  REQUIRE(checks.announce("aaaa", "d1", "opened"));
  f.github.checks.clear();
  CHECK_THROWS_AS(f.run_once("d1", "success", 0), Error);
  f.run_once("d1", "success", 0); // its next try
  REQUIRE(f.github.checks.size() == 1);
  CHECK(f.github.checks[0].fields["conclusion"] == "success");
  f.github.checks.clear();
  CHECK(checks.conclude("aaaa", "d2", f.outcome("action_required", 0),
                        CheckPublisher::Earlier::replace));
  CHECK(f.github.checks.size() == 1);
}

TEST_CASE("what nobody waits for any more is cancelled, begun or only shown", "[check_publisher]") {
  CheckFixture f;
  GitHubClient api = f.client();
  CheckPublisher checks = f.publisher(api);
  checks.withdraw("aaaa", "d9", "gone"); // nothing is there
  CHECK(f.github.rest_calls() == 0);
  SECTION("shown as queued") { checks.announce("aaaa", "d1", "opened"); }
  SECTION("begun by a run that died") { checks.begin("aaaa", "d1", "opened"); }
  f.github.forget_calls();
  checks.withdraw("aaaa", "d9", "gone");
  CHECK(f.github.rest_calls() <= 2);
  REQUIRE(f.github.checks.size() == 1);
  CHECK(f.github.checks[0].fields["conclusion"] == "cancelled");
  f.github.forget_calls();
  checks.withdraw("aaaa", "d9", "gone");
  CHECK(f.github.rest_calls() == 0);
}
