#include "app/jobs/job_handlers.hpp"

#include "app/jobs/event_jobs.hpp"
#include "app/jobs/job_log.hpp"
#include "app/jobs/refusals.hpp"
#include "app/store/store.hpp"
#include "job_fixture.hpp"
#include "tests/support/temporary_folder.hpp"
#include "webhooks/command.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("a conversation that is locked gets no comment and no answer, and the check all the same",
          "[command_job]") {
  JobFixture f;
  f.github.locked = true;
  f.run(f.job());
  CHECK(f.last_check()["conclusion"] == "failure");
  CHECK(f.github.comments.empty());
  CHECK(f.github.threads.empty());
  f.github.forget_calls();
  f.run(f.job()); // it is finished
  CHECK(f.github.calls.size() == 1);
  Job asked = f.job("d2");
  asked.kind = JobKind::command;
  asked.command = "/leadline config";
  asked.comment_id = 77;
  asked.sender = "sam";
  f.run(asked);
  asked.command = "/leadline nonsense";
  f.run(asked);
  CHECK(f.github.comments.empty());
  CHECK(f.github.reactions.at(77).front() == "eyes");
}

namespace {

Job command(const JobFixture& f, const std::string& text, const std::string& sender = "sam") {
  Job job = f.job();
  job.kind = JobKind::command;
  job.command = text;
  job.comment_id = 77;
  job.sender = sender;
  return job;
}

} // namespace

TEST_CASE("help is given once in a pull request, unknown commands included", "[command_job]") {
  JobFixture f;
  f.run(command(f, "/leadline frobnicate now"));
  REQUIRE(f.github.comments.size() == 1);
  CHECK(f.github.comments[0].body.find("/leadline rerun") != std::string::npos);
  f.run(command(f, "/leadline dance"));
  f.run(command(f, "/leadline"));
  f.run(command(f, "/leadline help"));
  CHECK(f.github.comments.size() == 1);
  CHECK(f.github.reactions[77] ==
        std::vector<std::string>{"eyes", "eyes", "confused", "eyes", "eyes"});
}

TEST_CASE("a command that misses something is told what, once for each comment", "[command_job]") {
  JobFixture f;
  const Job first = command(f, "/leadline ack LL-1");
  f.run(first);
  REQUIRE(f.github.comments.size() == 1); // the help, which says it too
  CHECK(f.github.comments[0].body.find("needs a reason") != std::string::npos);
  CHECK(f.github.comments[0].body.find("`commands: teams`") != std::string::npos);
  f.run(first);
  CHECK(f.github.comments.size() == 1);
  Job next = first;
  next.comment_id = 78;
  f.run(next);
  f.run(next);
  REQUIRE(f.github.comments.size() == 2);
  CHECK(f.github.comments[1].body.find("needs a reason") != std::string::npos);
  CHECK(f.github.comments[1].body.find("| command |") == std::string::npos);
  CHECK(f.github.reactions[78] == std::vector<std::string>{"eyes", "eyes"});
  next.command = webhooks::k_more_commands;
  f.run(next);
  REQUIRE(f.github.comments.size() == 3);
  CHECK(f.github.comments[2].body.find("only the first 5 commands") != std::string::npos);
  next.command = "/leadline dance";
  f.run(next);
  CHECK(f.github.comments.size() == 3);
  CHECK(f.github.reactions[78].back() == "confused");
}

TEST_CASE("in a conversation that is too long to be read only who asks for help gets it",
          "[command_job]") {
  JobFixture f;
  f.github.refuse = [](const HttpRequest& request) {
    if (request.body.find("PullRequestConversation") == std::string::npos) {
      return HttpResponse();
    }
    const nlohmann::json none = {{"pageInfo", {{"hasNextPage", false}, {"endCursor", nullptr}}},
                                 {"nodes", nlohmann::json::array()}};
    nlohmann::json comments = none;
    comments["pageInfo"] = {{"hasNextPage", true}, {"endCursor", "c"}};
    return json_response(200, {{"data",
                                {{"repository",
                                  {{"pullRequest",
                                    {{"headRefOid", "aaaa"},
                                     {"state", "OPEN"},
                                     {"locked", false},
                                     {"reviewThreads", none},
                                     {"comments", comments}}}}}}}});
  };
  f.run(command(f, "/leadline dance"));
  CHECK(f.github.comments.empty());
  CHECK(f.github.reactions[77] == std::vector<std::string>{"eyes", "confused"});
  f.run(command(f, "/leadline help"));
  CHECK(f.github.comments.size() == 1);
}

TEST_CASE("a command is answered once, however often it is tried or written again",
          "[command_job]") {
  JobFixture f;
  f.run(f.job());
  const auto comments = f.github.comments.size();
  const Job asked = command(f, "/leadline config");
  f.run(asked);
  f.run(asked);
  Job edited = asked; // written away and back again
  edited.delivery_id = "another";
  f.run(edited);
  CHECK(f.github.comments.size() == comments + 1);
  CHECK(f.github.comments.back().body.find("fail_on: high") != std::string::npos);
}

TEST_CASE("each line of what a comment asked for names the head that it is about",
          "[command_job]") {
  JobFixture f;
  f.run(f.job());
  Job asked = command(f, "/leadline ack all It is meant.");
  asked.head_sha.clear(); // a comment names none
  f.logger.set_formatter(make_log_formatter(LogFormat::text));
  const LogKeys keys = keys_of(asked); // the worker's
  for (const char* said : {"1 findings acknowledged by sam", "answered already"}) {
    f.lines.str("");
    f.run(asked);
    const std::string lines = f.lines.str();
    CAPTURE(lines);
    const std::size_t at = lines.find(said);
    REQUIRE(at != std::string::npos);
    CHECK(lines.substr(at, lines.find('\n', at) - at).find(" sha=aaaa") != std::string::npos);
  }
}

TEST_CASE("explain tells what a finding is about", "[command_job]") {
  JobFixture f;
  f.run(command(f, "/leadline explain LL-1"));
  CHECK(f.github.comments.back().body.find("not been analysed yet") != std::string::npos);
  f.run(f.job());
  const std::string id = nlohmann::json::parse(f.log.reports.begin()->second)["findings"][0]["id"];
  f.run(command(f, "/leadline explain " + id));
  CHECK(f.github.comments.back().body.find("capacity.drop") != std::string::npos);
  CHECK(f.github.comments.back().body.find(id) != std::string::npos);
  f.run(command(f, "/leadline explain LL-000000000000"));
  CHECK(f.github.comments.back().body.find("has no finding") != std::string::npos);
}

TEST_CASE("a team of the configuration may give commands without write permission",
          "[command_job]") {
  JobFixture f;
  f.run(f.job());
  f.git.commits["bbbb"][".github/leadline.yml"] = "commands: {teams: ['@org/release']}\n";
  f.github.teams["org/release"] = {"kim"};
  const auto comments = f.github.comments.size();
  f.run(command(f, "/leadline config", "stranger"));
  CHECK(f.github.comments.size() == comments);
  f.run(command(f, "/leadline config", "kim"));
  CHECK(f.github.comments.size() == comments + 1);
  CHECK(f.github.reactions[77] == std::vector<std::string>{"confused", "eyes"});
}

TEST_CASE("a command that fails is answered in words for its giver", "[command_job]") {
  JobFixture f;
  const Job asked = command(f, "/leadline config");
  f.git.on_fetch = [] { throw Error(ErrorKind::unavailable, "fetching http://10.1.2.3: down"); };
  CHECK_THROWS_AS(f.run(asked), Error);
  f.handler->give_up(asked, "fetching http://10.1.2.3: down");
  REQUIRE(f.github.comments.size() == 1);
  CHECK(f.github.comments[0].body.find("was not carried out") != std::string::npos);
  CHECK(f.github.comments[0].body.find("10.1.2.3") == std::string::npos);
  // Whether somebody is in a team is asked for later, when it can be.
  CHECK_THROWS_AS(f.handler->give_up(command(f, "/leadline config", "kim"), "x"), Error);
  f.git.on_fetch = nullptr;
  f.handler->give_up(command(f, "/leadline config", "kim"), "x");
  CHECK(f.github.comments.size() == 1);
  f.git.commits["bbbb"][".github/leadline.yml"] = "commands: {teams: ['@org/release']}\n";
  f.github.teams["org/release"] = {"kim"};
  Job told = command(f, "/leadline config", "kim");
  told.comment_id = 78;
  f.handler->give_up(told, "x");
  CHECK(f.github.comments.size() == 2);
  // Who was heard is answered, whatever fails now.
  told.comment_id = 79;
  f.run(told);
  CHECK(f.github.comments.size() == 3);
  f.git.on_fetch = [] { throw Error(ErrorKind::unavailable, "down"); };
  told.comment_id = 80;
  f.handler->give_up(told, "x");
  CHECK(f.github.comments.size() == 4);
}

TEST_CASE("who may not write gets no answer but a reaction", "[command_job]") {
  JobFixture f;
  f.run(command(f, "/leadline help", "kim"));
  f.run(command(f, "/leadline help", "stranger"));
  CHECK(f.github.comments.empty());
  CHECK(f.github.reactions[77] == std::vector<std::string>{"confused", "confused"});
}

TEST_CASE("a comment that is gone gets no receipt and no failure", "[command_job]") {
  JobFixture f;
  f.github.refuse = [](const HttpRequest& request) {
    return request.path.find("/reactions") != std::string::npos
               ? json_response(404, {{"message", "Not Found"}})
               : HttpResponse();
  };
  f.run(command(f, "/leadline help"));
  CHECK(f.github.comments.size() == 1);
}

TEST_CASE("who may not write cannot ask for a run", "[command_job]") {
  for (const std::string sender : {"kim", "stranger"}) {
    CAPTURE(sender);
    JobFixture f;
    f.run(command(f, "/leadline rerun", sender));
    CHECK(f.queue.jobs.empty());
    CHECK(f.github.checks.empty());
    CHECK(f.github.reactions[77] == std::vector<std::string>{"confused"});
  }
}

TEST_CASE("a command that is refused or fails swallows no analysis that waits", "[command_job]") {
  JobFixture f;
  tests::TemporaryFolder folder;
  const auto store = open_sqlite_store((folder.path() / "s.sqlite").string());
  const TimePoint now = std::chrono::floor<std::chrono::milliseconds>(f.clock.now());
  const auto deliver = [&](const std::string& id, Job job) {
    job.delivery_id = id;
    store->record_delivery({id, "e", "o/r", now}, {job});
  };
  webhooks::CommentEvent comment;
  comment.source = {1, 1, "o/r", "stranger"};
  comment.action = "created";
  comment.pull_number = 7;
  comment.comment_id = 77;
  comment.body = "/leadline rerun";
  const std::vector<Job> asked = jobs_for(comment, "42");
  REQUIRE(asked.size() == 1);
  deliver("d1", f.job("d1")); // synchronize
  deliver("d2", asked[0]);
  deliver("d3", f.job("d3"));
  int ran = 0;
  while (const auto leased = store->lease_next({"worker", now, std::chrono::minutes(1)})) {
    ++ran;
    f.run(leased->job);
    store->finish(*leased);
  }
  CHECK(ran == 2);
  CHECK(f.last_check()["conclusion"] == "failure");
  CHECK(f.github.reactions[77] == std::vector<std::string>{"confused"});

  // Neither does one that cannot be carried out.
  f.push("cccc", k_fixed);
  deliver("d4", f.job("d4"));
  Job failing = asked[0];
  failing.sender = "sam";
  deliver("d5", failing);
  f.github.refuse = [](const HttpRequest& request) {
    return request.path.find("/permission") != std::string::npos ? json_response(500, {})
                                                                 : HttpResponse();
  };
  while (const auto leased = store->lease_next({"worker", now, std::chrono::minutes(1)})) {
    try {
      f.run(leased->job);
      store->finish(*leased);
    } catch (const Error& error) {
      store->bury(*leased, error.what(), now);
    }
  }
  CHECK(f.last_check()["conclusion"] == "success");
}

TEST_CASE("who was refused costs no more calls for a while", "[command_job]") {
  JobFixture f;
  Job asked = command(f, "/leadline explain LL-1", "stranger");
  asked.association = "NONE";
  f.run(asked);
  CHECK(f.github.rest_calls() == 3); // the permission, whose team it may be, the reaction
  f.github.forget_calls();
  for (int i = 0; i < 5; ++i) {
    asked.comment_id = 80 + i;
    f.run(asked);
    f.handler->give_up(asked, "x");
  }
  CHECK(f.github.calls.empty());
  f.clock.pass(Refusals::k_remembered);
  f.github.permissions["stranger"] = "write"; // invited meanwhile
  f.run(asked);
  CHECK(f.github.reactions[84] == std::vector<std::string>{"eyes"});
}

TEST_CASE("many strangers use up their own share of questions, and nobody else's",
          "[command_job]") {
  JobFixture f;
  const auto ask = [&](const std::string& sender, const std::string& association) {
    Job asked = command(f, "/leadline config", sender);
    asked.association = association;
    f.github.forget_calls();
    f.run(asked);
    return f.github.calls.size();
  };
  for (std::size_t i = 0; i < Refusals::k_most_outsiders; ++i) {
    CHECK(ask("stranger" + std::to_string(i), i % 2 == 0 ? "NONE" : "CONTRIBUTOR") > 0);
  }
  // They have to wait, and so does a member whom GitHub calls NONE and nobody knows yet.
  CHECK_THROWS_AS(ask("one more", "FIRST_TIME_CONTRIBUTOR"), Error);
  CHECK_THROWS_AS(ask("robin", "NONE"), Error);
  CHECK(f.github.calls.empty());
  CHECK(ask("sam", "MEMBER") > 0);
  CHECK_FALSE(f.github.comments.empty());
  f.clock.pass(Refusals::k_counted);
  CHECK(ask("one more", "NONE") > 0);
  CHECK(ask("robin", "NONE") > 0);
}

TEST_CASE("strangers silence no member whose membership is private", "[command_job]") {
  JobFixture f;
  const auto asked_by = [&](const std::string& sender) {
    Job asked = command(f, "/leadline explain " + sender, sender);
    asked.association = "NONE";
    return asked;
  };
  f.run(asked_by("sam"));
  const auto comments = f.github.comments.size();
  for (std::size_t i = 0; i < Refusals::k_most_outsiders; ++i) {
    f.run(asked_by("stranger" + std::to_string(i)));
  }
  CHECK(f.github.comments.size() == comments);
  Job again = asked_by("sam");
  again.command = "/leadline config";
  f.run(again);
  CHECK(f.github.comments.size() == comments + 1);
  // Nor is the answer kept back that a command could not be carried out.
  again.command = "/leadline config again";
  f.handler->give_up(again, "x");
  CHECK(f.github.comments.size() == comments + 2);
}

TEST_CASE("a re-run that comes as a command becomes a pull request's job", "[command_job]") {
  JobFixture f;
  f.run(command(f, "/leadline RERUN"));
  REQUIRE(f.queue.jobs.size() == 1);
  CHECK(f.queue.jobs[0].kind == JobKind::pull_request);
  CHECK(f.queue.jobs[0].again);
  CHECK(f.queue.jobs[0].reason == "rerun by sam");
}
