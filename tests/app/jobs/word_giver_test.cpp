// A word counts while its giver may give it where it is used.
#include "app/jobs/acknowledging.hpp"

#include "../github/publisher_fixture.hpp"
#include "ack_fixture.hpp"

#include "app/github/client.hpp"
#include "app/github/messages_json.hpp"
#include "app/jobs/split_authors.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

namespace {

struct GiverFixture : AckFixture {
  void judge_again() {
    Job again = job("again-" + std::to_string(++runs));
    again.again = true;
    github.forget_calls();
    run(again);
  }

  Job group_of(const std::string& delivery) {
    git.commits["gggg"] = git.commits["aaaa"];
    Job group = job(delivery);
    group.kind = JobKind::merge_group;
    group.pull_number = 0;
    group.head_sha = "gggg";
    group.base_sha = "bbbb";
    group.head_ref = "gh-readonly-queue/main/pr-7-bbbb";
    group.again = true;
    return group;
  }

  int runs = 0;
};

} // namespace

TEST_CASE("a word counts no more when its giver may not write any more", "[word_giver]") {
  GiverFixture f;
  f.say("/leadline ack " + f.id + " fine");
  CHECK(f.conclusion() == "success");
  f.judge_again();
  CHECK(f.conclusion() == "success");
  CHECK(f.github.rest_calls() <= 4); // with the question about its giver
  f.run(f.group_of("g1"));
  CHECK(f.conclusion() == "success");

  f.github.permissions["sam"] = "read";
  f.judge_again();
  CHECK(f.conclusion() == "failure");
  CHECK(contains(f.summary(), "Acknowledged, but not by a word that counts here"));
  CHECK(contains(f.summary(), "its giver may not write here"));
  f.run(f.group_of("g2"));
  CHECK(f.conclusion() == "failure");
}

TEST_CASE("a login that another account has taken gives no word", "[word_giver]") {
  GiverFixture f;
  f.github.account_ids["sam"] = 31;
  Job asked = f.job("d-ack");
  asked.kind = JobKind::command;
  asked.head_sha.clear();
  asked.command = "/leadline ack " + f.id + " fine";
  asked.comment_id = 55;
  asked.sender = "sam";
  asked.sender_id = 31;
  SECTION("later") {
    f.run(asked);
    f.run_queued();
    CHECK(f.conclusion() == "success");
    f.github.account_ids["sam"] = 32;
    f.judge_again();
    CHECK(f.conclusion() == "failure");
  }
  SECTION("before the command is read") {
    f.github.account_ids["sam"] = 32;
    f.run(asked);
    f.run_queued();
    CHECK(f.acknowledgements.rows.empty());
    CHECK(f.conclusion() == "failure");
  }
}

TEST_CASE("who may give commands is what the judging configuration says", "[word_giver]") {
  GiverFixture f;
  f.github.teams["acme/everyone"] = {"zoe"};
  f.configure("commands: {teams: ['@acme/everyone']}\n");
  f.say("/leadline ack " + f.id + " fine", "zoe");
  CHECK(f.conclusion() == "success");
  f.judge_again();
  CHECK(f.conclusion() == "success");
  SECTION("which names no team on another branch") {
    f.configure("");
    f.judge_again();
    CHECK(f.conclusion() == "failure");
  }
  SECTION("and who is in the team") {
    f.github.teams["acme/everyone"] = {};
    f.judge_again();
    CHECK(f.conclusion() == "failure");
  }
}

TEST_CASE("nobody gives commands or words by a team that cannot be asked", "[word_giver]") {
  GiverFixture f;
  f.github.teams["acme/everyone"] = {"zoe"};
  f.configure("commands: {teams: ['@acme/everyone']}\n");
  bool hidden = true;
  f.github.refuse = [&](const HttpRequest& request) { // no permission Members: read
    return hidden && request.path.starts_with("/orgs/")
               ? json_response(403, {{"message", "Resource not accessible by integration"}})
               : HttpResponse();
  };
  SECTION("before") {
    f.say("/leadline ack " + f.id + " fine", "zoe");
    CHECK(f.acknowledgements.rows.empty());
    CHECK(f.github.reactions[101] == std::vector<std::string>{"confused"});
  }
  SECTION("after") {
    hidden = false;
    f.say("/leadline ack " + f.id + " fine", "zoe");
    CHECK(f.conclusion() == "success");
    hidden = true;
    f.judge_again();
    CHECK(f.conclusion() == "failure");
    CHECK(contains(f.summary(), "nor is known to be in a team"));
  }
}

TEST_CASE("no word lasts for longer than the judging configuration lets it", "[word_giver]") {
  GiverFixture f;
  f.say("/leadline ack " + f.id + " fine");
  CHECK(f.acknowledgements.rows.at(0).until == Acknowledgement::Time{});
  f.configure("acknowledge: {max_days: 30}\n");
  f.clock.pass(std::chrono::hours(24 * 29));
  f.judge_again();
  CHECK(f.conclusion() == "success");
  CHECK(contains(
      f.summary(),
      iso_time(f.acknowledgements.rows[0].at + std::chrono::hours(24 * 30)).substr(0, 10)));
  f.clock.pass(std::chrono::hours(24 * 2));
  Job sweep = f.sweep();
  f.run(sweep);
  f.run_queued();
  CHECK(f.conclusion() == "failure");
  CHECK(contains(f.summary(), "no word lasts for more than 30 days"));
  f.configure("acknowledge: {max_days: 60}\n");
  f.judge_again();
  CHECK(f.conclusion() == "success");
}

TEST_CASE("it is written down when the words end that a verdict counts, by its configuration",
          "[word_giver]") {
  GiverFixture f;
  f.say("/leadline ack " + f.id + " fine");
  CHECK(f.log.report_ends.at("7 aaaa") == Acknowledgement::Time{}); // as long as the value stands
  f.configure("acknowledge: {max_days: 30}\n");
  const Acknowledgement::Time end = f.acknowledgements.rows.at(0).at + std::chrono::hours(24 * 30);
  f.judge_again();
  CHECK(f.log.report_ends.at("7 aaaa") == end);
  Job group = f.group_of("g1");
  f.git.commits["gggg"] = f.git.commits["aaaa"];
  f.run(group);
  CHECK(f.conclusion() == "success");
  CHECK(f.log.report_ends.at("0 gggg") == end);
}

TEST_CASE("a run that cannot ask about the giver of a word does not pass", "[word_giver]") {
  GiverFixture f;
  f.say("/leadline ack " + f.id + " fine");
  f.push("cccc", f.git.commits["aaaa"]);
  f.github.refuse = [](const HttpRequest& request) {
    return request.path.ends_with("/permission") ? json_response(500, {{"message", "down"}})
                                                 : HttpResponse();
  };
  CHECK_THROWS_AS(f.run(f.job("d2")), Error);
  CHECK(f.last_check()["head_sha"] == "cccc");
  CHECK(f.last_check().value("conclusion", "") == "");
}

TEST_CASE("the shorter of two ends counts", "[word_giver]") {
  using std::chrono::hours;
  Acknowledgement word;
  word.at = Acknowledgement::Time(hours(1000));
  Acknowledging rules;
  CHECK(end_of(word, rules) == Acknowledgement::Time{});
  word.until = word.at + hours(48);
  CHECK(end_of(word, rules) == word.until);
  rules.max_days = 3;
  CHECK(end_of(word, rules) == word.until);
  rules.max_days = 1;
  CHECK(end_of(word, rules) == word.at + hours(24));
  word.until = {};
  CHECK(end_of(word, rules) == word.at + hours(24));
}

TEST_CASE("who wrote a pull request, or asks for its parts, wrote each of them", "[word_giver]") {
  AckFixture f;
  f.github.commit_authors = {{31, "robin"}, {32, "vera"}};
  f.github.co_authors["c1"] = {{33, "kim"}};
  f.log.remember_contributor("o/r", 7, {34, "pushed"});
  FixedJwt jwt;
  InstallationTokens tokens(f.github, jwt, f.clock);
  GitHubClient client(f.github, tokens, ApiUrls(), 1, "o/r");
  const PullRequest whole = client.pull_request(7);
  const auto authors = authors_of_parts(f.log, client, whole, {35, "sam"});
  REQUIRE(authors);
  for (const char* login : {"pushed", "author", "robin", "vera", "kim", "sam"}) {
    CAPTURE(login);
    CHECK(is_among({0, login}, *authors));
  }
  CHECK_FALSE(is_among({0, "lee"}, *authors));

  // A part, as we open it: by the App, with one commit of the last author.
  remember_authors(f.log, "o/r", 8, *authors);
  f.github.commit_authors = {{32, "vera"}};
  f.github.co_authors.clear();
  f.github.pull.number = 8;
  f.github.pull.author = "leadline[bot]";
  Job part = f.job("d8");
  part.pull_number = 8;
  f.run(part);
  for (const char* login : {"robin", "vera", "sam"}) {
    CAPTURE(login);
    f.github.permissions[login] = "write";
    Job asked = part;
    asked.kind = JobKind::command;
    asked.delivery_id = std::string("ack-") + login;
    asked.head_sha.clear();
    asked.command = "/leadline ack " + f.id + " fine";
    asked.comment_id = ++f.comment;
    asked.sender = login;
    f.run(asked);
    f.run_queued();
    CHECK(f.acknowledgements.rows.empty());
    CHECK(contains(f.last_answer(), "cannot acknowledge its findings"));
  }
}
