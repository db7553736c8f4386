// A word about an edit in many places is about the places that were shown with it.
#include "ack_fixture.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

namespace {

struct SweepFixture : JobFixture {
  SweepFixture() {
    for (const char* cluster : {"a", "b", "c"}) {
      git.commits["bbbb"][path_of(cluster)] = k_before;
    }
    push("a1", edited({"a"}));
    run(job("d1"));
  }

  static std::string path_of(const std::string& cluster) { return cluster + "/pgbouncer.ini"; }

  GitDouble::Files edited(const std::vector<std::string>& clusters) const {
    GitDouble::Files files = git.commits.at("bbbb");
    for (const std::string& cluster : clusters) {
      files[path_of(cluster)] = k_after;
    }
    return files;
  }

  void push_and_run(const std::string& head, const std::vector<std::string>& clusters) {
    push(head, edited(clusters));
    run(job("d" + std::to_string(++deliveries)));
  }

  void say(const std::string& text, const std::string& sender = "sam") {
    Job asked = job("d-" + std::to_string(++deliveries));
    asked.kind = JobKind::command;
    asked.head_sha.clear();
    asked.command = text;
    asked.comment_id = deliveries;
    asked.sender = sender;
    run(asked);
    run_queued();
  }

  nlohmann::json findings() const {
    return nlohmann::json::parse(log.reports.at("7 " + github.pull.head_sha))["findings"];
  }
  std::string id_of(const std::string& cluster) const {
    for (const nlohmann::json& finding : findings()) {
      if (finding["path"] == path_of(cluster)) {
        return finding["id"];
      }
    }
    return "";
  }
  std::string conclusion() const { return last_check()["conclusion"]; }
  std::string last_answer() const { return github.comments.back().body; }

  const std::string k_before = "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 200\n";
  const std::string k_after = "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 20\n";
  int deliveries = 100;
};

} // namespace

TEST_CASE("a word about one place passes no place that is pushed later", "[ack_sweep]") {
  SweepFixture f;
  CHECK(f.conclusion() == "failure");
  f.say("/leadline ack " + f.id_of("a") + " cluster a is empty");
  CHECK(f.conclusion() == "success");
  f.push_and_run("a2", {"a", "b"});
  CHECK(f.conclusion() == "failure");
  CHECK(contains(summary_of(f.last_check()), "b/pgbouncer.ini"));
  f.say("/leadline ack " + f.id_of("b") + " cluster b is empty too");
  CHECK(f.conclusion() == "success");
  f.push_and_run("a3", {"a", "b", "c"});
  CHECK(f.conclusion() == "failure");
}

TEST_CASE("one word covers the places that were shown with the one it names", "[ack_sweep]") {
  SweepFixture f;
  f.push_and_run("a2", {"a", "b"});
  const std::string named = f.findings()[0]["id"]; // leads the other
  f.say("/leadline ack " + named + " both are empty");
  CHECK(f.conclusion() == "success");
  REQUIRE(f.acknowledgements.rows.size() == 2);
  CHECK(f.acknowledgements.rows[0].path != f.acknowledgements.rows[1].path);
  CHECK(f.acknowledgements.rows[1].severity == f.acknowledgements.rows[0].severity);
  CHECK(contains(f.last_answer(), f.id_of("a")));
  CHECK(contains(f.last_answer(), f.id_of("b")));
  SECTION("a later one blocks") {
    f.push_and_run("a3", {"a", "b", "c"});
    CHECK(f.conclusion() == "failure");
    f.say("/leadline ack all the third one as well");
    CHECK(f.conclusion() == "success");
  }
  SECTION("withdrawn together") {
    f.say("/leadline unack " + named);
    CHECK(f.conclusion() == "failure");
    CHECK(contains(f.last_answer(), "Withdrawn: 2 acknowledgements"));
  }
  SECTION("withdrawn of a place") {
    const std::string other = named == f.id_of("a") ? f.id_of("b") : f.id_of("a");
    f.say("/leadline unack " + other);
    CHECK(f.conclusion() == "failure");
    CHECK(contains(f.last_answer(), "Withdrawn: 1 acknowledgement;"));
  }
}

TEST_CASE("a word about many places that comes behind its withdrawal covers none", "[ack_sweep]") {
  SweepFixture f;
  f.push_and_run("a2", {"a", "b"});
  const std::string named = f.findings()[0]["id"]; // leads the other
  const auto reports = f.log.reports;
  const auto asked = [&](const std::string& text, int seconds) {
    Job job = f.job("d-" + text);
    job.kind = JobKind::command;
    job.head_sha.clear();
    job.command = text;
    job.comment_id = 500 + seconds;
    job.sender = "sam";
    job.asked_at = std::chrono::floor<std::chrono::milliseconds>(f.clock.now()) +
                   std::chrono::seconds(seconds);
    return job;
  };
  const Job ack = asked("/leadline ack " + named + " fine", 0);
  f.log.reports.clear(); // nobody knows yet what it leads
  f.run(asked("/leadline unack " + named, 2));
  f.log.reports = reports;
  f.run(ack);
  f.run_queued();
  CHECK(f.acknowledgements.rows.empty());
  CHECK(f.conclusion() == "failure");
}

TEST_CASE("a word covers no place that came after it was asked for", "[ack_sweep]") {
  SweepFixture f;
  const std::string id = f.id_of("a");
  Job asked = f.job("d-late");
  asked.kind = JobKind::command;
  asked.head_sha.clear();
  asked.command = "/leadline ack " + id + " cluster a is empty";
  asked.comment_id = 77;
  asked.sender = "sam";
  f.clock.pass(std::chrono::seconds(10));
  f.push_and_run("a2", {"a", "b"}); // before the command is read
  f.run(asked);
  f.run_queued();
  CHECK(f.conclusion() == "failure");
  REQUIRE(f.acknowledgements.rows.size() == 1);
  CHECK(f.acknowledgements.rows[0].finding_id == id);
}

TEST_CASE("each place of an edit is held against its own severity", "[ack_sweep]") {
  SweepFixture f;
  f.git.commits["bbbb"][".github/leadline.yml"] = "acknowledge: {max_severity: medium}\n";
  f.push_and_run("a2", {"a", "b"});
  f.say("/leadline ack " + f.findings()[1]["id"].get<std::string>() + " it says low");
  CHECK(contains(f.last_answer(), "nothing above medium can be acknowledged"));
  CHECK(f.acknowledgements.rows.empty());
  CHECK(f.conclusion() == "failure");
}

TEST_CASE("a word dies with the value of a setting that its finding rests on", "[ack_sweep]") {
  SweepFixture f;
  const auto pool = [&](int size, int clients) {
    GitDouble::Files files = f.git.commits.at("bbbb");
    files["a/pgbouncer.ini"] = "[pgbouncer]\ndefault_pool_size = " + std::to_string(size) +
                               "\nmax_client_conn = " + std::to_string(clients) + "\n";
    return files;
  };
  f.git.commits["bbbb"] = pool(20, 200);
  f.git.commits["bbbb"][".github/leadline.yml"] = "fail_on: medium\n";
  f.push("a2", pool(300, 200));
  f.run(f.job("d2"));
  CHECK(f.conclusion() == "failure");
  f.say("/leadline ack all nobody uses it");
  CHECK(f.conclusion() == "success");
  REQUIRE_FALSE(f.acknowledgements.rows.empty());
  CHECK_FALSE(f.acknowledgements.rows[0].related.empty());
  const std::string acknowledged = f.acknowledgements.rows[0].finding_id;
  f.push("a3", pool(300, 190));
  f.run(f.job("d3"));
  CHECK(f.conclusion() == "failure");
  CHECK(f.findings()[0]["id"] != acknowledged);
}
