// What the override label covers, for whom, and until when.
#include "app/jobs/override_label.hpp"

#include "ack_fixture.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

namespace {

const GitDouble::Files k_worse = {
    {"pgbouncer.ini", "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 5\n"},
    {"README.md", "hello\n"}};

// A pull request with a blocking finding, where a label is configured.
struct LabelFixture : AckFixture {
  LabelFixture() {
    configure("acknowledge: {override_label: accepted}\n");
    run_again();
  }

  void run_again() {
    Job again = job("again " + std::to_string(++runs));
    again.again = true;
    run(again);
  }

  // As a person would do it now.
  void set_label(const std::string& by, std::int64_t by_id = 0) {
    github.pull.labels = {"accepted"};
    github.labeller = by;
    github.labeller_id = by_id;
    const auto since =
        clock.now() - std::chrono::system_clock::time_point(std::chrono::seconds(1'800'000'000));
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(since).count();
    REQUIRE(seconds < 3600); // 2027-01-15T08:00:00Z is where the clock starts
    char text[32];
    std::snprintf(text, sizeof text, "2027-01-15T08:%02d:%02dZ", static_cast<int>(seconds / 60),
                  static_cast<int>(seconds % 60));
    github.labelled_at = text;
    label_event("labeled");
  }

  void remove_label() {
    github.pull.labels.clear();
    label_event("unlabeled");
  }

  void label_event(const std::string& action) {
    Job event = job("label " + std::to_string(++runs));
    event.reason = action;
    event.label = "accepted";
    run(event);
  }

  void push_and_run(const std::string& head, GitDouble::Files files) {
    files[".github/leadline.yml"] = git.commits["bbbb"][".github/leadline.yml"];
    push(head, files);
    run(job("push " + head));
  }

  void pass() { clock.pass(std::chrono::minutes(1)); }

  int runs = 0;
};

} // namespace

TEST_CASE("a label covers what was shown when it was set, and nothing that is pushed later",
          "[override_label]") {
  LabelFixture f;
  CHECK(f.conclusion() == "failure");
  f.pass();
  f.set_label("sam");
  CHECK(f.conclusion() == "success");
  f.pass();
  f.push_and_run("cccc", {{"pgbouncer.ini",
                           "# moved\n[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 20\n"},
                          {"README.md", "hello\n"}});
  CHECK(f.conclusion() == "success"); // the same change on another line
  f.pass();
  f.push_and_run("dddd", k_worse);
  CHECK(f.conclusion() == "failure");
  CHECK(contains(f.summary(), "remove it and set it again"));
  CHECK(contains(f.summary(), "`accepted`"));
  CHECK(contains(f.summary(), f.github.labelled_at));
  f.pass();
  f.run_again(); // looking at it again covers nothing
  CHECK(f.conclusion() == "failure");
  f.remove_label();
  CHECK(f.conclusion() == "failure");
  CHECK_FALSE(contains(f.summary(), "set it again"));
  f.set_label("sam");
  CHECK(f.conclusion() == "success");
}

TEST_CASE("a label that is set before anything is shown covers nothing", "[override_label]") {
  JobFixture f;
  for (const char* commit : {"bbbb", "aaaa"}) {
    f.git.commits[commit][".github/leadline.yml"] = "acknowledge: {override_label: accepted}\n";
  }
  f.github.pull.labels = {"accepted"};
  f.clock.pass(std::chrono::minutes(1)); // the label is a minute old
  f.run(f.job());
  CHECK(f.last_check()["conclusion"] == "failure");
  CHECK(contains(summary_of(f.last_check()), "remove it and set it again"));
}

TEST_CASE("the verdict of a head that was pushed over says nothing of the next one's secret",
          "[override_label]") {
  LabelFixture f;
  GitDouble::Files base = f.git.commits["bbbb"];
  f.git.commits["bbbb"]["redis.conf"] = "port 6379\nrequirepass S3cretLongOne\n";
  base["redis.conf"] = "port 6379\n\n";
  f.push_and_run("5555", base);
  CHECK(f.conclusion() == "failure");
  f.pass();
  SECTION("by label") {
    f.set_label("sam");
    CHECK(f.conclusion() == "success");
    f.pass();
    base["README.md"] = "changed\n";
    f.push_and_run("6666", base);
    CHECK(f.conclusion() == "failure");
    CHECK(contains(f.summary(), "remove it and set it again"));
  }
  SECTION("by command") {
    const auto report = nlohmann::json::parse(f.log.reports.at("7 5555"));
    Job asked = f.job("d9");
    asked.kind = JobKind::command;
    asked.head_sha.clear();
    asked.command =
        "/leadline ack " + report["findings"][0]["id"].get<std::string>() + " nobody reaches it";
    asked.comment_id = 400;
    asked.sender = "sam";
    f.pass();
    base["README.md"] = "changed\n"; // pushed before the command had its turn
    f.push_and_run("6666", base);
    f.run(asked);
    f.run_queued();
    CHECK(f.conclusion() == "failure");
    CHECK(contains(f.last_answer(), "not shown yet when this was asked for"));
    f.say("/leadline ack " + report["findings"][0]["id"].get<std::string>() + " still nobody");
    CHECK(f.conclusion() == "success");
  }
}

TEST_CASE("a label holds no longer than any word may", "[override_label]") {
  LabelFixture f;
  f.configure("acknowledge: {override_label: accepted, max_days: 2}\n");
  f.pass();
  f.set_label("sam");
  CHECK(f.conclusion() == "success");
  f.clock.pass(std::chrono::hours(49));
  f.run_again();
  CHECK(f.conclusion() == "failure");
  CHECK(contains(f.summary(), "Its time is over"));
}

TEST_CASE("what is withdrawn of a label stays so until the label is set again",
          "[override_label]") {
  LabelFixture f;
  f.pass();
  f.set_label("sam");
  CHECK(f.conclusion() == "success");
  CHECK(f.observer.acknowledgements.size() == 1);
  f.pass();
  f.say("/leadline unack " + f.id, "robin");
  CHECK(f.conclusion() == "failure");
  f.run_again();
  CHECK(f.conclusion() == "failure");
  f.pass();
  f.set_label("robin");
  CHECK(f.conclusion() == "success");
  CHECK(f.observer.acknowledgements.size() == 2);
}

TEST_CASE("a label whose event comes behind a withdrawal gives no word", "[override_label]") {
  LabelFixture f;
  f.pass();
  Job unack = f.job("d-unack");
  unack.kind = JobKind::command;
  unack.head_sha.clear();
  unack.command = GENERATE(true, false) ? "/leadline unack all" : "/leadline unack " + f.id;
  unack.comment_id = 900;
  unack.sender = "robin";
  unack.asked_at =
      std::chrono::floor<std::chrono::milliseconds>(f.clock.now()) + std::chrono::seconds(2);
  f.run(unack);
  f.run_queued();
  f.set_label("sam"); // two seconds before
  CHECK(f.acknowledgements.rows.empty());
  CHECK(f.conclusion() == "failure");
  CHECK(contains(f.summary(), "It was taken back since"));
  f.remove_label();
  f.pass();
  f.set_label("sam");
  CHECK(f.conclusion() == "success");
}

TEST_CASE("a withdrawal at the very moment in which a label is read gives no word",
          "[override_label]") {
  LabelFixture f;
  f.pass();
  f.acknowledgements.on_acknowledge = [&] {
    f.acknowledgements.note_withdrawal(
        "o/r", {f.id},
        std::chrono::floor<std::chrono::milliseconds>(f.clock.now()) + std::chrono::seconds(2));
  };
  f.set_label("sam");
  CHECK(f.acknowledgements.acknowledgements("o/r").empty());
  CHECK(f.conclusion() == "failure");
  CHECK(contains(f.summary(), "It was taken back since"));
}

TEST_CASE("a label whose setter could not write for a while says that it is to be set again",
          "[override_label]") {
  LabelFixture f;
  f.pass();
  f.set_label("sam");
  CHECK(f.conclusion() == "success");
  f.github.permissions["sam"] = "read";
  f.run_again();
  CHECK(f.conclusion() == "failure");
  f.github.permissions["sam"] = "write";
  f.run_again();
  CHECK(f.conclusion() == "failure");
  CHECK(contains(f.summary(), "remove the label and set it again"));
}

TEST_CASE("who has set a label is known by the account, not by the login", "[override_label]") {
  LabelFixture f;
  f.pass();
  for (const char* login : {"renamed", "author", "bot"}) {
    f.github.permissions[login] = "write";
  }
  SECTION("the author under another login") {
    f.set_label("renamed", 900);
    CHECK(f.conclusion() == "failure");
    CHECK(contains(f.summary(), "somebody else has to"));
  }
  SECTION("somebody who took the author's old login") {
    f.set_label("author", 32);
    CHECK(f.conclusion() == "success");
    CHECK(f.acknowledgements.rows.at(0).by_id == 32);
  }
  SECTION("who pushed, under another login") {
    f.log.remember_contributor("o/r", 7, {31, "sam"});
    f.set_label("renamed", 31);
    CHECK(f.conclusion() == "failure");
  }
  SECTION("nobody whom GitHub tells of") {
    f.set_label("");
    CHECK(f.conclusion() == "failure");
    CHECK(contains(f.summary(), "acknowledges nothing"));
  }
  SECTION("who may not write") {
    f.set_label("kim", 33);
    CHECK(f.conclusion() == "failure");
    CHECK(contains(f.summary(), "may not write here"));
  }
}

TEST_CASE("a label speaks for its own pull request alone, in a merge queue too",
          "[override_label]") {
  LabelFixture f;
  f.pass();
  f.set_label("sam");
  CHECK(f.conclusion() == "success");
  f.git.commits["gggg"] = f.git.commits["aaaa"];
  Job group = f.job("group");
  group.kind = JobKind::merge_group;
  group.pull_number = 0;
  group.head_sha = "gggg";
  group.base_sha = "bbbb";
  SECTION("its own group") {
    group.head_ref = "gh-readonly-queue/main/pr-7-bbbb";
    f.github.forget_calls();
    f.run(group);
    CHECK(f.conclusion() == "success");
    CHECK(f.github.rest_calls() <= 5);
  }
  SECTION("its own group, when the label is gone and nothing has told of it") {
    group.head_ref = "gh-readonly-queue/main/pr-7-bbbb";
    f.github.pull.labels.clear();
    f.run(group);
    CHECK(f.conclusion() == "failure");
    CHECK(f.acknowledgements.rows.at(0).withdrawn_by.empty()); // that is for its own run to write
  }
  SECTION("its own group, when somebody else has set the label again") {
    group.head_ref = "gh-readonly-queue/main/pr-7-bbbb";
    f.github.labeller = "kim";
    f.run(group);
    CHECK(f.conclusion() == "failure");
  }
  SECTION("the group of another one") {
    group.head_ref = "gh-readonly-queue/main/pr-8-bbbb";
    f.run(group);
    CHECK(f.conclusion() == "failure");
  }
  SECTION("another pull request with the same change") {
    f.github.pull.number = 70; // "label on #7" is the beginning of no other number
    f.github.pull.labels.clear();
    Job other = f.job("other");
    other.pull_number = 70;
    other.again = true;
    f.run(other);
    CHECK(f.conclusion() == "failure");
    CHECK(f.acknowledgements.rows.at(0).withdrawn_by.empty());
  }
}

TEST_CASE("a label whose event is lost is seen by the next sweep", "[override_label]") {
  LabelFixture f;
  Job sweep = f.job("sweep");
  sweep.kind = JobKind::sweep;
  sweep.pull_number = 0;
  sweep.head_sha.clear();
  f.pass();
  SECTION("of its removal") {
    f.set_label("sam");
    CHECK(f.conclusion() == "success");
    f.run(sweep);
    CHECK(f.queue.jobs.empty());
    f.github.pull.labels = {"another"};
    f.run(sweep);
    REQUIRE(f.queue.jobs.size() == 1);
    f.run_queued();
    CHECK(f.conclusion() == "failure");
  }
  SECTION("of its being set") {
    f.github.pull.labels = {"accepted"};
    f.github.labelled_at = "2027-01-15T08:01:00Z";
    f.run(sweep);
    REQUIRE(f.queue.jobs.size() == 1);
    f.run_queued();
    CHECK(f.conclusion() == "success");
  }
  f.run(sweep); // once is enough
  CHECK(f.queue.jobs.empty());
}
