#include "app/github/messages_json.hpp"
#include "app/jobs/job_handlers.hpp"
#include "app/render/neutralize.hpp"

#include "ack_fixture.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using namespace std::chrono_literals;

TEST_CASE("a reviewer's acknowledgement turns the check green and says who, when and why",
          "[ack_command]") {
  AckFixture f;
  CHECK(f.conclusion() == "failure");
  f.say("/leadline ack " + f.id + " the fleet @here shrinks");
  CHECK(f.conclusion() == "success");
  const std::string at = iso_time(f.acknowledgements.rows.at(0).at);
  CHECK(contains(f.summary(), "| `sam`<br>on " + neutralize(at) + " |"));
  CHECK(contains(f.summary(), "shrinks"));
  CHECK(contains(f.summary(), "- nothing else found\n"));
  CHECK_FALSE(contains(f.summary(), "no risky setting change found"));
  CHECK(contains(f.log.reports.begin()->second, "\"at\":\"" + at));
  CHECK_FALSE(contains(f.log.reports.begin()->second, "no risky setting change found"));
  CHECK_FALSE(contains(f.summary(), "@here")); // nobody is called by it
  CHECK(contains(f.last_check()["output"]["title"], "1 acknowledged"));
  CHECK(f.github.checks.back().annotations.empty());
  CHECK(contains(f.last_answer(), "Acknowledged by `sam`"));
  CHECK(f.github.threads[0].minimized); // what is settled is out of sight
  REQUIRE(f.acknowledgements.rows.size() == 1);
  CHECK(f.acknowledgements.rows[0].by == "sam");
  CHECK(f.acknowledgements.rows[0].key == "pgbouncer.max_client_conn");
  CHECK(f.acknowledgements.rows[0].old_value == "200");
  CHECK(f.acknowledgements.rows[0].new_value == "20");
  CHECK(f.observer.acknowledgements == std::vector<std::string>{f.acknowledgements.rows[0].rule});
}

TEST_CASE("the author of a pull request cannot acknowledge its findings, unless configured",
          "[ack_command]") {
  AckFixture f;
  f.github.permissions["author"] = "write";
  f.say("/leadline ack " + f.id + " trust me", "author");
  CHECK(f.conclusion() == "failure");
  CHECK(contains(f.last_answer(), "Not acknowledged"));
  CHECK(f.acknowledgements.rows.empty());
  f.say("/leadline ack " + f.id + " trust me", "AUTHOR"); // logins know no case
  f.github.permissions["AUTHOR"] = "write";
  f.clock.pass(std::chrono::minutes(11)); // who was refused is not asked about for a while
  f.say("/leadline ack " + f.id + " trust me!", "AUTHOR");
  CHECK(f.acknowledgements.rows.empty());

  f.configure("acknowledge: {by_author: true}\n");
  f.say("/leadline ack " + f.id + " trust me", "author");
  CHECK(f.conclusion() == "success");
}

TEST_CASE("an acknowledgement survives a rebase and dies with another value", "[ack_command]") {
  AckFixture f;
  f.say("/leadline ack " + f.id + " fine");
  f.push("cccc",
         {{"pgbouncer.ini", "# moved\n[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 20\n"},
          {"README.md", "hello\n"}});
  f.run(f.job("d2"));
  CHECK(f.conclusion() == "success");
  f.push("dddd", {{"pgbouncer.ini", "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 10\n"}});
  f.run(f.job("d3"));
  CHECK(f.conclusion() == "failure");
}

TEST_CASE("an acknowledgement ends when it is withdrawn or its time is over", "[ack_command]") {
  AckFixture f;
  SECTION("withdrawn") {
    f.say("/leadline ack " + f.id + " fine");
    f.say("/leadline unack " + f.id, "robin");
    CHECK(f.conclusion() == "failure");
    CHECK(contains(f.last_answer(), "Withdrawn: 1 acknowledgement"));
    CHECK(f.acknowledgements.rows[0].withdrawn_by == "robin");
    f.say("/leadline ack " + f.id + " fine after all");
    CHECK(f.conclusion() == "success");
  }
  SECTION("withdrawn, and another pull request passed by it") {
    f.say("/leadline ack " + f.id + " fine");
    const std::string report = f.log.reports.begin()->second;
    f.github.other_pulls = {{9, "open", false, "dddd", "bbbb"}};
    f.github.refuse = [&](const HttpRequest&) { // 8 passes by it while the others are listed
      if (!f.acknowledgements.rows[0].withdrawn_by.empty() && f.github.other_pulls.size() == 1) {
        f.github.other_pulls.push_back({8, "open", false, "cccc", "bbbb"});
      }
      return HttpResponse();
    };
    f.log.save_report("o/r", 8, "cccc", report);
    f.log.save_report("o/r", 9, "dddd", [&] {
      auto other = nlohmann::json::parse(report);
      other["findings"] = nlohmann::json::array();
      return other.dump();
    }());
    Job asked = f.job("d-unack");
    asked.kind = JobKind::command;
    asked.head_sha.clear();
    asked.command = "/leadline unack " + f.id;
    asked.comment_id = 900;
    asked.sender = "robin";
    f.queue.jobs.clear();
    f.run(asked);
    std::map<int, bool> again;
    for (const Job& job : f.queue.jobs) {
      again[job.pull_number] = job.again; // of 0: a look at the merge queue
    }
    CHECK(again == std::map<int, bool>{{0, false}, {7, true}, {8, true}});
    return;
  }
  SECTION("expired") {
    f.say("/leadline ack " + f.id + " --for 2d until the fleet has moved");
    CHECK(f.conclusion() == "success");
    CHECK(contains(f.summary(), "until"));
    f.clock.pass(std::chrono::hours(49));
    Job again = f.job("d9");
    again.again = true;
    f.run(again);
    CHECK(f.conclusion() == "failure");
  }
  SECTION("longer than the configuration allows") {
    f.configure("acknowledge: {max_days: 1}\n");
    f.say("/leadline ack " + f.id + " fine");
    CHECK(f.conclusion() == "success");
    CHECK(f.acknowledgements.rows[0].until - f.acknowledgements.rows[0].at ==
          std::chrono::hours(24));
  }
}

TEST_CASE("who takes back what nobody has said has it judged again all the same", "[ack_command]") {
  AckFixture f;
  f.github.checks.back().fields["conclusion"] = "success"; // by a word that is lost
  Job asked = f.job("d-unack");
  asked.kind = JobKind::command;
  asked.head_sha.clear();
  asked.command = "/leadline unack " + f.id;
  asked.comment_id = 900;
  asked.sender = "robin";
  f.run(asked);
  CHECK(contains(f.last_answer(), "No acknowledgement of"));
  f.run_queued();
  CHECK(f.conclusion() == "failure");
}

TEST_CASE("a word that comes behind its withdrawal does not count", "[ack_command]") {
  AckFixture f;
  const auto written =
      std::chrono::floor<std::chrono::milliseconds>(f.clock.now()) - std::chrono::minutes(10);
  const auto asked = [&](const std::string& text, std::int64_t comment, Acknowledgement::Time at) {
    Job job = f.job("d-" + std::to_string(comment));
    job.kind = JobKind::command;
    job.head_sha.clear();
    job.command = text;
    job.comment_id = comment;
    job.sender = "sam";
    job.asked_at = at;
    return job;
  };
  const Job ack = asked("/leadline ack " + f.id + " meant", 200, written);
  SECTION("it was late") {
    SECTION("behind that of all") { f.run(asked("/leadline unack all", 201, written + 2s)); }
    SECTION("behind its own") { f.run(asked("/leadline unack " + f.id, 201, written + 2s)); }
    f.run(ack);
    f.run_queued();
    CHECK(contains(f.last_answer(), "It was taken back after this was asked for"));
    CHECK(f.conclusion() == "failure");
    f.run(asked("/leadline ack " + f.id + " so it is", 202, written + 4s));
    f.run_queued();
    CHECK(f.conclusion() == "success");
  }
  SECTION("both are carried out at once") {
    f.github.other_pulls = {{9, "open", false, "dddd", "bbbb"}};
    f.log.save_report("o/r", 9, "dddd", f.log.reports.begin()->second);
    f.acknowledgements.on_acknowledge = [&] {
      f.run(asked("/leadline unack " + f.id, 201, written + 2s)); // finds nothing to take back
    };
    f.queue.jobs.clear();
    f.run(ack);
    CHECK(f.acknowledgements.acknowledgements("o/r").empty());
    CHECK(contains(f.last_answer(), "Not acknowledged:"));
    CHECK_FALSE(contains(f.last_answer(), "Acknowledged by"));
    const auto judges_another = [](const Job& job) { return job.pull_number == 9 && job.again; };
    CHECK(std::erase_if(f.queue.jobs, judges_another) == 2);
    f.run_queued();
    CHECK(f.conclusion() == "failure");
  }
  SECTION("it was carried out, and is replayed where its answer is gone") {
    f.run(ack);
    f.run_queued();
    CHECK(f.conclusion() == "success");
    f.run(asked("/leadline unack " + f.id, 201, written + 2s));
    f.run_queued();
    f.github.comments.clear();
    Job replay = ack;
    replay.delivery_id = "another";
    f.run(replay);
    f.run_queued();
    CHECK(f.conclusion() == "failure");
  }
  SECTION("it has ended, and is replayed where its answer is gone") {
    Job brief = asked("/leadline ack " + f.id + " --for 1d meant", 200, written);
    f.run(brief);
    f.run_queued();
    CHECK(f.conclusion() == "success");
    f.clock.pass(25h);
    f.github.comments.clear();
    brief.delivery_id = "another";
    f.run(brief);
    f.run_queued();
    CHECK(f.conclusion() == "failure");
    CHECK(f.acknowledgements.rows.size() == 1);
  }
}

TEST_CASE("what a limit puts off takes the word back all the same", "[ack_command]") {
  AckFixture f;
  f.say("/leadline ack " + f.id + " fine");
  CHECK(f.conclusion() == "success");
  Job asked = f.job("d-unack");
  asked.kind = JobKind::command;
  asked.head_sha.clear();
  asked.command = "/leadline unack " + f.id;
  asked.comment_id = 900;
  asked.sender = "robin";
  f.github.refuse = [](const HttpRequest& request) {
    return request.path.find("/pulls?") == std::string::npos
               ? HttpResponse()
               : json_response(503, {{"message", "later"}});
  };
  CHECK_THROWS_AS(f.run(asked), Error);
  f.github.refuse = {};
  f.run(asked); // the same try
  f.run_queued();
  CHECK(f.conclusion() == "failure");
}

TEST_CASE("explain tells the word that counts from those that do not", "[ack_command]") {
  AckFixture f;
  f.say("/leadline ack " + f.id + " said by sam", "sam");
  f.say("/leadline ack " + f.id + " said by robin", "robin");
  f.github.permissions["robin"] = "read"; // the newest one counts no more
  Job again = f.job("d9");
  again.again = true;
  f.run(again);
  CHECK(f.conclusion() == "success");
  f.say("/leadline explain " + f.id, "sam");
  const std::string answer = f.last_answer();
  const std::size_t robin = answer.find("Acknowledged by `robin`");
  REQUIRE(robin != std::string::npos);
  CHECK(contains(answer.substr(robin), "the check does not go by this one"));
  CHECK_FALSE(contains(answer.substr(0, robin), "the check does not go by this one"));
}

TEST_CASE("what is too grave cannot be acknowledged, by whomever", "[ack_command]") {
  AckFixture f;
  f.say("/leadline ack " + f.id + " fine");
  CHECK(f.conclusion() == "success");
  f.configure("acknowledge: {max_severity: medium}\n");
  f.say("/leadline ack " + f.id + " still fine", "robin");
  CHECK(contains(f.last_answer(), "nothing above medium can be acknowledged"));
  Job again = f.job("d9"); // what was said before the ceiling came counts no more
  again.again = true;
  f.run(again);
  CHECK(f.conclusion() == "failure");
}

TEST_CASE("a domain with owners listens to them only", "[ack_command]") {
  AckFixture f;
  f.configure("acknowledge:\n  owners:\n    connection-pool: ['@org/dba', '@robin']\n");
  f.github.teams["org/dba"] = {"sam"};
  SECTION("a member of the team") {
    f.say("/leadline ack " + f.id + " fine", "sam");
    CHECK(f.conclusion() == "success");
  }
  SECTION("a person by name") {
    f.say("/leadline ack " + f.id + " fine", "robin");
    CHECK(f.conclusion() == "success");
  }
  SECTION("somebody else") {
    f.github.permissions["pat"] = "admin";
    f.say("/leadline ack " + f.id + " fine", "pat");
    CHECK(f.conclusion() == "failure");
    CHECK(contains(f.last_answer(), "may acknowledge a change of"));
  }
  SECTION("nobody can be asked") {
    f.github.members_permission = false;
    f.say("/leadline ack " + f.id + " fine", "sam");
    CHECK(f.conclusion() == "failure");
    CHECK(contains(f.last_answer(), "Members: read"));
  }
}

TEST_CASE("the button acknowledges all that blocks, under the same rules", "[ack_command]") {
  AckFixture f;
  const auto actions = f.last_check()["actions"];
  REQUIRE(actions.size() >= 2);
  CHECK(actions[1]["identifier"] == "acknowledge");
  CHECK(actions[1]["description"].get<std::string>().size() <= 40);
  Job button = f.job("button");
  button.kind = JobKind::command;
  button.pull_number = 0; // a fork's
  button.command = "/leadline ack all by the button of the check";
  button.sender = "author";
  f.github.permissions["author"] = "write";
  f.run(button);
  f.run_queued();
  CHECK(f.conclusion() == "failure");
  CHECK(contains(f.last_answer(), "Not acknowledged"));
  button.sender = "sam";
  button.delivery_id = "button 2";
  f.run(button);
  f.run_queued();
  CHECK(f.conclusion() == "success");
  CHECK(f.github.reactions.empty()); // there is no comment to react to
}

TEST_CASE("the button of an old head's check acknowledges nothing of the present one",
          "[ack_command]") {
  AckFixture f;
  Job button = f.job("button");
  button.kind = JobKind::command;
  button.command = "/leadline ack all by the button of the check";
  button.sender = "sam";
  f.push("cccc", {{"pgbouncer.ini", "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 5\n"},
                  {"README.md", "hello\n"}});
  f.run(f.job("d2"));
  f.run(button);
  f.run_queued();
  CHECK(f.acknowledgements.rows.empty());
  CHECK(f.conclusion() == "failure");
  CHECK(contains(f.last_answer(), "The head has changed since"));
}

TEST_CASE("the button of a check covers what that check shows, whatever its head has since",
          "[ack_command]") {
  AckFixture f;
  const std::string low = "[pool]\nmax_connections = 20\n";
  GitDouble::Files files = f.git.commits["aaaa"];
  files["other.ini"] = low;
  f.git.commits["bbbb"]["other.ini"] = low;
  f.push("cccc", files);
  f.run(f.job("d2"));
  REQUIRE(f.conclusion() == "failure");
  Job button = f.job("button");
  button.kind = JobKind::command;
  button.command = "/leadline ack all by the button of the check";
  button.sender = "sam";
  button.check_run_id = f.github.checks.back().id;
  f.clock.pass(std::chrono::minutes(1));
  f.git.commits["bbbb"]["other.ini"] = "[pool]\nmax_connections = 200\n"; // another base
  Job moved = f.job("d3");
  moved.again = true;
  f.run(moved);
  REQUIRE(f.github.checks.back().id != button.check_run_id);
  f.clock.pass(std::chrono::minutes(1));
  button.asked_at = std::chrono::floor<std::chrono::milliseconds>(f.clock.now());
  std::size_t words = 1;
  bool passes = false;
  SECTION("pressed on the first") {}
  SECTION("pressed on the second") {
    button.check_run_id = f.github.checks.back().id;
    words = 2;
    passes = true;
  }
  SECTION("on one that nobody knows of any more") {
    button.check_run_id = 1;
    words = 0;
  }
  f.run(button);
  f.run_queued();
  CHECK(f.acknowledgements.rows.size() == words);
  CHECK(f.conclusion() == (passes ? "success" : "failure"));
  CHECK(contains(f.last_answer(), "was not shown yet") != passes);
}

TEST_CASE("what stands for all is what the giver could see when it was written", "[ack_command]") {
  AckFixture f;
  f.clock.pass(std::chrono::seconds(10));
  const auto written = std::chrono::floor<std::chrono::milliseconds>(f.clock.now());
  f.clock.pass(std::chrono::seconds(10));
  f.push("cccc", {{"pgbouncer.ini", "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 5\n"},
                  {"README.md", "hello\n"}});
  f.run(f.job("d2"));
  Job asked = f.job("d3");
  asked.kind = JobKind::command;
  asked.head_sha.clear();
  asked.command = "/leadline ack all fine";
  asked.comment_id = 300;
  asked.sender = "sam";
  asked.asked_at = written; // before the new value was shown
  f.run(asked);
  f.run_queued();
  CHECK(f.acknowledgements.rows.empty());
  CHECK(f.conclusion() == "failure");
  CHECK(contains(f.last_answer(), "not shown yet when this was asked for"));
  f.say("/leadline ack all fine");
  CHECK(f.conclusion() == "success");

  // What stood in the last verdict before the comment, and stands still, is covered.
  AckFixture g;
  g.clock.pass(std::chrono::seconds(10));
  asked.asked_at = std::chrono::floor<std::chrono::milliseconds>(g.clock.now());
  g.clock.pass(std::chrono::seconds(10));
  g.push("cccc",
         {{"pgbouncer.ini", "# moved\n[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 20\n"},
          {"README.md", "hello\n"}});
  g.run(g.job("d2"));
  g.run(asked);
  g.run_queued();
  CHECK(g.conclusion() == "success");
}

TEST_CASE("who has pushed to a pull request cannot acknowledge its findings, under any login",
          "[ack_command]") {
  AckFixture f;
  Job push = f.job("d2");
  push.reason = "synchronize";
  push.sender = "sam";
  push.sender_id = 31;
  f.push("cccc", {{"pgbouncer.ini", "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 20\n"},
                  {"README.md", "hello again\n"}});
  push.head_sha = "cccc";
  f.run(push);
  Job late = push; // of a head that a sweep had judged before its event came
  late.sender = "pat";
  late.sender_id = 33;
  f.run(late);
  const auto say = [&](const std::string& sender, std::int64_t id) {
    Job asked = f.job("d-" + sender);
    asked.kind = JobKind::command;
    asked.head_sha.clear();
    asked.command = "/leadline ack " + f.id + " fine";
    asked.comment_id = 500 + id;
    asked.sender = sender;
    asked.sender_id = id;
    f.github.permissions[sender] = "write";
    f.run(asked);
    f.run_queued();
  };
  say("sam", 31);
  say("samantha", 31); // another login of the same account
  say("pat", 33);
  say("other", 900); // of who opened it
  CHECK(f.acknowledgements.rows.empty());
  CHECK(f.conclusion() == "failure");
  CHECK(contains(f.last_answer(), "Not acknowledged"));
  say("author", 32); // who took the old login of who opened it
  CHECK(f.conclusion() == "success");
  REQUIRE(f.acknowledgements.rows.size() == 1);
  CHECK(f.acknowledgements.rows[0].by_id == 32);
  // A word that was given elsewhere does not serve its giver's own pull request.
  f.github.pull.author_id = 32;
  f.github.pull.author = "another";
  Job again = f.job("d9");
  again.again = true;
  f.run(again);
  CHECK(f.conclusion() == "failure");
}
