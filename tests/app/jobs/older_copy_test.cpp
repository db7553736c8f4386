// What a run finds at GitHub that its database, an older copy, does not know of.
#include "ack_fixture.hpp"
#include "app/jobs/job_context.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace leadline;
using namespace std::chrono_literals;

namespace {

const TimePoint k_asked{1h};
const TimePoint k_restored{2h};

struct CopyFixture : JobFixture {
  CopyFixture() { log.publications["o/r#0"].named_bases = {{"main", "leadline"}}; }

  Job asked(const std::string& delivery = "d1") const {
    Job asked = job(delivery);
    asked.asked_at = k_asked;
    return asked;
  }
  // Its check is begun, and its process gone.
  void die_in(const Job& job) {
    git.on_fetch = [] { throw Error(ErrorKind::unavailable, "killed"); };
    CHECK_THROWS_AS(run(job), Error);
    git.on_fetch = nullptr;
  }
  void restore(const MemoryLog& copy) {
    log = copy;
    log.database.at = k_restored;
    log.database.looked = k_restored + 5s;
  }
  std::string conclusion() const { return last_check()["conclusion"]; }
  bool is_asked() const {
    return std::any_of(github.calls.begin(), github.calls.end(), [](const std::string& call) {
      return call.starts_with("GET ") && call.find("/check-runs") != std::string::npos;
    });
  }
};

} // namespace

TEST_CASE("a run that a restored database does not know of makes no second check", "[older_copy]") {
  CopyFixture f;
  MemoryLog copy = f.log;
  SECTION("it had begun, and its process died") { f.die_in(f.asked()); }
  SECTION("it had ended") { f.run(f.asked()); }
  SECTION("it was only shown as queued") {
    f.handler->announce(f.asked());
    copy = f.log;
    f.run(f.asked());
  }
  REQUIRE(f.github.checks.size() == 1);
  f.restore(copy);
  f.handler->announce(f.asked());
  f.run(f.asked());
  CHECK(f.github.checks.size() == 1);
  CHECK(f.last_check()["status"] == "completed");
  CHECK(f.last_check()["conclusion"] == "failure");
  CHECK(f.github.checks[0].annotations.size() == 1);
  CHECK(f.github.threads.size() == 1);
  CHECK(f.github.comments.size() == 1);
}

TEST_CASE("a re-run that a restored database does not know of is not left in progress",
          "[older_copy]") {
  CopyFixture f;
  f.run(f.asked());
  const MemoryLog copy = f.log; // with the verdict before
  Job again = f.asked("d2");
  again.again = true;
  f.die_in(again);
  REQUIRE(f.github.checks.size() == 2);
  f.restore(copy);
  f.run(again);
  CHECK(f.github.checks.size() == 2);
  CHECK(f.last_check()["status"] == "completed");
}

TEST_CASE(
    "the check of a run that a restored database does not know of is the one that is given up",
    "[older_copy]") {
  CopyFixture f;
  const MemoryLog copy = f.log;
  f.die_in(f.asked());
  f.restore(copy);
  f.handler->give_up(f.asked(), "none of 3 tries came to an end");
  CHECK(f.github.checks.size() == 1);
  CHECK(f.last_check()["conclusion"] == "action_required");
}

TEST_CASE("what is asked for behind the restoration costs no question", "[older_copy]") {
  CopyFixture f;
  f.restore(f.log);
  Job later = f.asked();
  later.asked_at = k_restored;
  f.run(later);
  CHECK_FALSE(f.is_asked());
  CHECK(f.github.rest_calls() == 4);
  f.github.forget_calls();
  f.push("cccc", k_fixed);
  Job before = f.asked("d2");
  before.head_sha = "cccc";
  f.run(before); // one that waited meanwhile
  CHECK(f.is_asked());
}

TEST_CASE("a run that waited while the server was restarted takes five REST calls at most",
          "[older_copy]") {
  CopyFixture f;
  f.restore(f.log);
  f.handler->announce(f.asked()); // in its turn; what it shows is known from now on
  f.run(f.asked());
  CHECK(f.is_asked());
  CHECK(f.conclusion() == "failure");
  CHECK(f.github.rest_calls() == 5);
}

TEST_CASE("what was begun at a head that was pushed over before a restoration is ended",
          "[older_copy]") {
  CopyFixture f;
  const MemoryLog copy = f.log;
  const Job begun = f.asked(); // of the head before
  f.die_in(begun);
  f.push("cccc", k_fixed);
  f.restore(copy);
  f.run(begun); // asked for again
  REQUIRE(f.github.checks.size() == 2);
  CHECK(f.github.checks[0].fields["status"] == "completed");
  CHECK(f.github.checks[0].fields["conclusion"] == "cancelled");
  CHECK(f.last_check()["conclusion"] == "success");
}

TEST_CASE("what is asked for before anybody has looked for what is lost makes no second check",
          "[older_copy]") {
  CopyFixture f;
  const MemoryLog copy = f.log;
  f.die_in(f.asked());
  f.restore(copy);
  f.log.database.looked = k_asked;
  Job rerun = f.asked("d2");
  rerun.again = true;
  rerun.asked_at = k_restored + 3min;
  f.run(rerun);
  f.run(f.asked()); // the lost one, a look later
  CHECK(f.github.checks.size() == 1);
  CHECK(f.last_check()["status"] == "completed");
}

TEST_CASE("a word that a restored database does not have is there again, and answered once",
          "[older_copy]") {
  AckFixture f;
  const MemoryLog copy = f.log;
  Job word = f.job("d2");
  word.kind = JobKind::command;
  word.head_sha.clear();
  word.command = "/leadline ack " + f.id + " meant";
  word.comment_id = 77;
  word.sender = "sam";
  word.asked_at = k_asked;
  f.run(word);
  f.run_queued();
  REQUIRE(f.conclusion() == "success");
  const auto comments = f.github.comments.size();
  const auto checks = f.github.checks.size();
  f.log = copy;
  f.acknowledgements.rows.clear();
  f.log.database.at = k_restored;
  f.run(word); // a replay, of a database that lacks nothing
  CHECK(f.acknowledgements.rows.empty());
  f.log.database.lost_come_until = std::chrono::ceil<std::chrono::milliseconds>(f.clock.now()) + 1h;
  f.run(word); // asked for again
  CHECK(f.acknowledgements.rows.size() == 1);
  f.run_queued();
  CHECK(f.conclusion() == "success");
  CHECK(f.github.comments.size() == comments);
  CHECK(f.github.checks.size() == checks);
}

TEST_CASE("a withdrawal that a restored database does not have counts however late it is run",
          "[older_copy]") {
  AckFixture f;
  f.say("/leadline ack " + f.id + " meant");
  const auto now = [&] { return std::chrono::floor<std::chrono::milliseconds>(f.clock.now()); };
  const MemoryLog copy = f.log;
  const std::vector<Acknowledgement> rows = f.acknowledgements.rows;
  f.clock.pass(1min);
  Job unack = f.job("d2");
  unack.kind = JobKind::command;
  unack.head_sha.clear();
  unack.command = "/leadline unack " + f.id;
  unack.comment_id = 77;
  unack.sender = "robin";
  unack.asked_at = now();
  f.run(unack);
  f.log = copy;
  f.acknowledgements.rows = rows;
  f.log.database = {now() + 1min, now() + 2min, now() + 1h};
  f.clock.pass(2h); // a limit of GitHub has put it off
  f.run(unack);
  f.run_queued();
  CHECK(f.conclusion() == "failure");
}

TEST_CASE("a verdict that rested on what a restored database has lost gives way to another one",
          "[older_copy]") {
  AckFixture f;
  f.log.publications["o/r#0"].named_bases = {{"main", "leadline"}};
  const MemoryLog copy = f.log;
  f.say("/leadline ack " + f.id + " meant");
  Job run = f.job("d3");
  run.again = true;
  run.asked_at = k_asked;
  f.run(run);
  REQUIRE(f.conclusion() == "success");
  f.log = copy;
  f.log.database = {k_restored, k_restored + 5s, k_restored + 1h};
  f.acknowledgements.rows.clear();
  f.run(run); // asked for again
  CHECK(f.conclusion() == "failure");
  CHECK(f.log.publications["o/r#7"].check_run_id == f.github.checks.back().id);
}

TEST_CASE("a check that was written down before a look found what is lost is asked for",
          "[older_copy]") {
  CopyFixture f; // whose connections outlived the way back to the copy
  f.run(f.asked());
  const auto now = std::chrono::floor<std::chrono::milliseconds>(f.clock.now());
  MemoryLog copy = f.log;
  copy.check_runs_written["aaaa"] = now - 10min;
  Job again = f.asked("d2");
  again.asked_at = now - 5min;
  again.again = true;
  f.die_in(again);
  REQUIRE(f.github.checks.size() == 2);
  f.log = copy;
  f.log.database = {now - 24h, now - 1min, now + 1h};
  f.run(again); // asked for again
  CHECK(f.github.checks.size() == 2);
  CHECK(f.last_check()["status"] == "completed");
}
