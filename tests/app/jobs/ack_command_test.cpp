#include "app/jobs/acknowledging.hpp"
#include "app/jobs/job_handlers.hpp"

#include "job_fixture.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

namespace {

// A pull request whose check has failed by one finding.
struct AckFixture : JobFixture {
  AckFixture() {
    run(job("d1"));
    id = nlohmann::json::parse(log.reports.begin()->second)["findings"][0]["id"];
  }

  // As a comment; each one has an id of its own.
  void say(const std::string& text, const std::string& sender = "sam") {
    Job asked = job("d-" + std::to_string(++comment));
    asked.kind = JobKind::command;
    asked.head_sha.clear();
    asked.command = text;
    asked.comment_id = comment;
    asked.sender = sender;
    run(asked);
    run_queued();
  }

  std::string last_answer() const {
    return github.comments.empty() ? "" : github.comments.back().body;
  }
  std::string conclusion() const { return last_check()["conclusion"]; }
  std::string summary() const { return last_check()["output"]["summary"]; }
  void configure(const std::string& yaml) {
    git.commits["bbbb"][".github/leadline.yml"] = yaml;
    git.commits[github.pull.head_sha][".github/leadline.yml"] = yaml;
  }

  std::string id;
  int comment = 100;
};

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a reviewer's acknowledgement turns the check green and says who and why",
          "[ack_command]") {
  AckFixture f;
  CHECK(f.conclusion() == "failure");
  f.say("/leadline ack " + f.id + " the fleet @here shrinks");
  CHECK(f.conclusion() == "success");
  CHECK(contains(f.summary(), "`sam`"));
  CHECK(contains(f.summary(), "shrinks"));
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

TEST_CASE("somebody else's word does not serve the author of another pull request",
          "[ack_command]") {
  AckFixture f;
  f.say("/leadline ack " + f.id + " fine");
  CHECK(f.conclusion() == "success");
  f.github.pull.author = "sam"; // the same change, now by who acknowledged it
  Job again = f.job("d9");
  again.again = true;
  f.run(again);
  CHECK(f.conclusion() == "failure");
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

TEST_CASE("a word counts no more when its giver owns the domain no more", "[ack_command]") {
  AckFixture f;
  SECTION("the team was left") {
    f.configure("acknowledge:\n  owners:\n    connection-pool: ['@org/dba']\n");
    f.github.teams["org/dba"] = {"sam"};
    f.say("/leadline ack " + f.id + " fine", "sam");
    CHECK(f.conclusion() == "success");
    f.github.teams["org/dba"] = {};
  }
  SECTION("owners were named later") {
    f.say("/leadline ack " + f.id + " fine", "sam");
    CHECK(f.conclusion() == "success");
    f.configure("acknowledge:\n  owners:\n    connection-pool: ['@robin']\n");
  }
  Job again = f.job("d9");
  again.again = true;
  f.github.forget_calls();
  f.run(again);
  CHECK(f.conclusion() == "failure");
  CHECK(f.github.rest_calls() <= 7); // a re-run that comments again takes six, the team one

  Job group;
  group.kind = JobKind::merge_group;
  group.installation_id = 1;
  group.repository = "o/r";
  group.base_sha = "bbbb";
  group.head_sha = "gggg";
  group.delivery_id = "d10";
  f.git.commits["gggg"] = f.git.commits["aaaa"];
  f.run(group);
  CHECK(f.conclusion() == "failure");
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

TEST_CASE("a merge queue goes by what was acknowledged", "[ack_command]") {
  AckFixture f;
  f.say("/leadline ack " + f.id + " fine");
  f.git.commits["gggg"] = f.git.commits["aaaa"];
  Job group = f.job("group");
  group.kind = JobKind::merge_group;
  group.pull_number = 0;
  group.head_sha = "gggg";
  group.base_sha = "bbbb";
  f.run(group);
  CHECK(f.conclusion() == "success");
}

TEST_CASE("a label acknowledges for who has set it, as long as it is there", "[ack_command]") {
  AckFixture f;
  f.configure("acknowledge: {override_label: accepted}\n");
  Job again = f.job("d2");
  again.again = true;
  f.run(again);
  CHECK(f.conclusion() == "failure");
  Job labelled = f.job("d3");
  labelled.reason = "labeled";
  labelled.label = "accepted";
  f.github.pull.labels = {"accepted"};
  SECTION("a reviewer") {
    f.run(labelled);
    CHECK(f.conclusion() == "success");
    CHECK(contains(f.summary(), "`sam`"));
    REQUIRE(f.acknowledgements.rows.size() == 1); // for the audit, and for a merge queue
    f.github.pull.labels.clear();
    labelled.reason = "unlabeled";
    labelled.delivery_id = "d4";
    f.run(labelled);
    CHECK(f.conclusion() == "failure");
    CHECK_FALSE(f.acknowledgements.rows[0].withdrawn_by.empty());
  }
  SECTION("the author") {
    f.github.permissions["author"] = "write";
    f.github.labeller = "author";
    f.run(labelled);
    CHECK(f.conclusion() == "failure");
  }
  SECTION("somebody who may set labels and not write") {
    f.github.labeller = "kim";
    f.run(labelled);
    CHECK(f.conclusion() == "failure");
  }
  SECTION("another label costs no call, and the same one that changes nothing one") {
    f.github.pull.labels = {"bug"};
    f.github.forget_calls();
    labelled.label = "bug";
    f.run(labelled);
    CHECK(f.github.calls.empty());
    labelled.label = "bug\naccepted"; // set and taken away
    f.run(labelled);
    CHECK(f.github.rest_calls() == 1);
  }
}

TEST_CASE("a label costs no call where none has a meaning", "[ack_command]") {
  AckFixture f;
  Job labelled = f.job("d3");
  labelled.reason = "labeled";
  labelled.label = "bug";
  f.github.forget_calls();
  f.run(labelled);
  CHECK(f.github.calls.empty());
  f.github.pull.draft = true; // drafts have labels too
  f.push("cccc", k_fixed);
  f.run(f.job("d4"));
  f.github.forget_calls();
  labelled.head_sha = "cccc";
  f.run(labelled);
  CHECK(f.github.calls.empty());
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

TEST_CASE("a merge queue goes by what was acknowledged of a secret, of the same change only",
          "[ack_command]") {
  AckFixture f;
  const std::string redis = "port 6379\nrequirepass S3cretLongOne\nmaxmemory 100mb\n";
  const std::string open = "port 6379\n\nmaxmemory 100mb\n";
  f.git.commits["bbbb"]["redis.conf"] = redis;
  GitDouble::Files files = f.git.commits["bbbb"];
  files["redis.conf"] = open;
  f.push("5555", files);
  f.run(f.job("d2"));
  CHECK(f.conclusion() == "failure");
  f.say("/leadline ack all nobody reaches it");
  REQUIRE(f.acknowledgements.rows.size() == 1);
  CHECK(contains(f.acknowledgements.rows[0].old_value, "redacted"));
  CHECK(f.conclusion() == "success");

  f.git.commits["gggg"] = files;
  Job group = f.job("group");
  group.kind = JobKind::merge_group;
  group.pull_number = 0;
  group.head_sha = "gggg";
  group.base_sha = "bbbb";
  group.head_ref = "gh-readonly-queue/main/pr-7-bbbb";
  SECTION("the same change") {
    f.github.forget_calls();
    f.run(group);
    CHECK(f.conclusion() == "success");
    CHECK(f.github.rest_calls() <= 5);
  }
  SECTION("another secret in the same place") {
    f.git.commits["b3b3"] = f.git.commits["bbbb"];
    f.git.commits["b3b3"]["redis.conf"] = "port 6379\nrequirepass An0therSecret\nmaxmemory 100mb\n";
    group.base_sha = "b3b3";
    f.run(group);
    CHECK(f.conclusion() == "failure");
  }
  SECTION("another pull request's group") {
    group.head_ref = "gh-readonly-queue/main/pr-8-bbbb";
    f.run(group);
    CHECK(f.conclusion() == "failure");
  }
  SECTION("the pull request has another head now") {
    f.github.pull.head_sha = "eeee";
    f.run(group);
    CHECK(f.conclusion() == "failure");
  }
}

TEST_CASE("a word about a secret counts for one head only", "[ack_command]") {
  Finding finding;
  finding.id = "LL-1";
  finding.severity = Severity::high;
  finding.setting = FindingSetting{"password", "[redacted]", "[redacted]"};
  Report report;
  report.findings = {finding};
  Acknowledgement word = word_about(finding);
  word.by = "sam";
  word.head_sha = "aaaa";
  CHECK(set_aside(report, {word}, {}, {{{0, "author"}}, "bbbb", {}}).empty());
  CHECK(set_aside(report, {word}, {}, {{{0, "author"}}, "aaaa", {}}).size() == 1);
}
