// What a word is bound to: this change of this thing, whatever else looks the same.
#include "analyzers/risk/identity.hpp"
#include "app/jobs/acknowledging.hpp"

#include "ack_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace leadline;

namespace {

std::string deployment(const std::string& name, int replicas) {
  return "kind: Deployment\nmetadata:\n  name: " + name +
         "\nspec:\n  replicas: " + std::to_string(replicas) + "\n";
}

// A pull request that changes one file beside the configuration.
struct BindingFixture : AckFixture {
  void start(const std::string& path, const std::string& before, const std::string& after,
             const std::string& yaml = "fail_on: low\n") {
    m_path = path;
    git.commits["bbbb"][path] = before;
    git.commits["bbbb"][".github/leadline.yml"] = yaml;
    push_and_run("1111", after);
    REQUIRE(conclusion() == "failure");
  }

  void push_and_run(const std::string& head, const std::string& after) {
    GitDouble::Files files = git.commits["bbbb"];
    files[m_path] = after;
    push(head, files);
    run(job("push " + head));
  }

  void run_again() {
    Job again = job("again " + std::to_string(++m_runs));
    again.again = true;
    run(again);
  }

  std::string m_path;
  int m_runs = 0;
};

} // namespace

TEST_CASE("a word about one Kubernetes object covers no other of the same file", "[word_binding]") {
  BindingFixture f;
  f.start("all.yaml", deployment("batch", 10) + "---\n" + deployment("payments", 10),
          deployment("batch", 1) + "---\n" + deployment("payments", 10));
  f.say("/leadline ack all the batch runs at night");
  CHECK(f.conclusion() == "success");
  REQUIRE(f.acknowledgements.rows.size() == 1);
  CHECK(f.acknowledgements.rows[0].key == "spec.replicas (Deployment/batch)"); // for the audit
  SECTION("instead of the first") {
    f.push_and_run("2222", deployment("batch", 10) + "---\n" + deployment("payments", 1));
    CHECK(f.conclusion() == "failure");
  }
  SECTION("beside the first, which stays acknowledged") {
    f.push_and_run("2222", deployment("batch", 1) + "---\n" + deployment("payments", 1));
    CHECK(f.conclusion() == "failure");
    f.say("/leadline ack all so do they");
    CHECK(f.conclusion() == "success");
    const auto& rows = f.acknowledgements.rows;
    CHECK(std::any_of(rows.begin(), rows.end(), [](const Acknowledgement& word) {
      return word.key == "spec.replicas (Deployment/payments)";
    }));
  }
  SECTION("under the name of the first") {
    f.push_and_run("2222", deployment("payments", 1) + "---\n" + deployment("batch", 10));
    CHECK(f.conclusion() == "failure");
  }
}

TEST_CASE("nothing that shares the short id of what is acknowledged leads the places beside it",
          "[word_binding]") {
  AckFixture f;
  const auto pool = [](int clients) {
    return "[pgbouncer]\nmax_client_conn = " + std::to_string(clients) + "\n";
  };
  const std::string led = "a/p250189/pgbouncer.ini";
  for (const char* path :
       {"a/p250189/pgbouncer.ini", "deploy/b/pgbouncer.ini", "deploy/c/pgbouncer.ini"}) {
    f.git.commits["bbbb"][path] = pool(200);
  }
  f.git.commits["bbbb"][".github/leadline.yml"] = "fail_on: high\n";
  GitDouble::Files files = f.git.commits["bbbb"];
  files[led] = files["deploy/b/pgbouncer.ini"] = pool(20);
  f.push("1111", files);
  f.run(f.job("d2"));
  REQUIRE(f.conclusion() == "failure");
  f.say("/leadline ack LL-aebdcf4e9034 these two are idle");
  REQUIRE(f.conclusion() == "success");
  files["deploy/c/pgbouncer.ini"] = pool(20);
  files["m.py"] = "x\u200B = 28560623\n"; // by its digest's first digits LL-aebdcf4e9034
  f.push("2222", files);
  f.run(f.job("d3"));
  CHECK(f.conclusion() == "failure");
}

TEST_CASE("a word about a line of one block covers no block beside it", "[word_binding]") {
  BindingFixture f;
  const auto group = [](const std::string& first, const std::string& second) {
    return "resource \"aws_security_group\" \"db\" {\n  ingress {\n    from_port = 80\n" + first +
           "  }\n  ingress {\n    from_port = 5432\n" + second + "  }\n}\n";
  };
  const std::string open = "    cidr_blocks = [\"0.0.0.0/0\"]\n";
  f.start("main.tf", group("", ""), group(open, ""));
  f.say("/leadline ack all the site is for everybody");
  CHECK(f.conclusion() == "success");
  f.push_and_run("2222", group("", open));
  CHECK(f.conclusion() == "failure");
  f.push_and_run("3333", group(open, ""));
  CHECK(f.conclusion() == "success");
}

TEST_CASE("a word about lines covers none that were made to share their short id",
          "[word_binding]") {
  BindingFixture f;
  const std::string one = "a = 1\ncaf\u200Be = 1  # note 3438687\n";
  const std::string other = "a = 1\nif role != 'admin\u200B': grant()  # note 20887994\n";
  f.start("src/pay.py", "a = 1\n", one, "fail_on: low\nacknowledge: {override_label: accepted}\n");
  SECTION("of a command") {
    f.say("/leadline ack LL-6ef7284cec8d a name in French");
    CHECK(f.conclusion() == "success");
  }
  SECTION("of a label") {
    f.clock.pass(std::chrono::minutes(30));
    f.github.pull.labels = {"accepted"};
    f.github.labelled_at = "2027-01-15T08:20:00Z"; // what the clock began at, and 20 minutes
    f.run_again();
    CHECK(f.conclusion() == "success");
  }
  f.push_and_run("2222", other);
  CHECK(f.conclusion() == "failure");
  CHECK(contains(f.summary(), "for another change, which has the same short id"));
}

TEST_CASE("who names a short id acknowledges what it stood for when that was written",
          "[word_binding]") {
  BindingFixture f;
  f.start("src/pay.py", "a = 1\n", "a = 1\ncaf\u200Be = 1  # note 3438687\n");
  Job late = f.job("late"); // written before the push, and run after it
  late.kind = JobKind::command;
  late.head_sha.clear();
  late.command = "/leadline ack LL-6ef7284cec8d a name in French";
  late.sender = "sam";
  f.clock.pass(std::chrono::minutes(1));
  f.push_and_run("2222", "a = 1\nif role != 'admin\u200B': grant()  # note 20887994\n");
  f.run(late);
  f.run_queued();
  CHECK(f.acknowledgements.rows.empty());
  CHECK(contains(f.last_answer(), "It was not shown yet"));
  f.clock.pass(std::chrono::minutes(1));
  f.say("/leadline ack LL-6ef7284cec8d the grant is meant");
  CHECK(f.conclusion() == "success");
}

TEST_CASE("a word counts whose texts the store cuts or cleans", "[word_binding]") {
  BindingFixture f;
  SECTION("more marks than are looked at") {
    std::string lines;
    for (int i = 0; i < 400; ++i) {
      lines += "generated/number-" + std::to_string(i) + ".txt linguist-generated\n";
    }
    f.start(".gitattributes", "# none\n", lines);
  }
  SECTION("a pattern that is not UTF-8") {
    f.start(".gitattributes", "# none\n", "[\xe9]/*.ini linguist-generated\n");
  }
  SECTION("a path that is not UTF-8") {
    f.start("caf\xe9/pgbouncer.ini", "[pgbouncer]\nmax_client_conn = 200\n",
            "[pgbouncer]\nmax_client_conn = 20\n");
  }
  f.say("/leadline ack all they are");
  CHECK(f.conclusion() == "success");
  f.run_again();
  CHECK(f.conclusion() == "success");
}

TEST_CASE("a word of a version that kept no digest counts where its texts say all",
          "[word_binding]") {
  BindingFixture f;
  SECTION("of a setting") {
    f.start("app.ini", "[pool]\nmax_connections = 200\n", "[pool]\nmax_connections = 20\n");
    f.say("/leadline ack all fine");
    f.acknowledgements.rows.at(0).digest.clear();
    f.run_again();
    CHECK(f.conclusion() == "success");
    f.acknowledgements.rows.at(0).new_value = "19";
    f.run_again();
    CHECK(f.conclusion() == "failure");
  }
  SECTION("not of lines") {
    f.start("src/pay.py", "a = 1\n", "a = 1\ncaf\u200Be = 1\n");
    f.say("/leadline ack all fine");
    CHECK(f.conclusion() == "success");
    f.acknowledgements.rows.at(0).digest.clear();
    f.run_again();
    CHECK(f.conclusion() == "failure");
    CHECK(contains(f.summary(), "a version that did not keep in full what it is about"));
  }
  SECTION("not of one of several") {
    f.start("all.yaml", deployment("a", 10) + "---\n" + deployment("b", 10),
            deployment("a", 1) + "---\n" + deployment("b", 10));
    f.say("/leadline ack all fine");
    f.acknowledgements.rows.at(0).digest.clear();
    f.run_again();
    CHECK(f.conclusion() == "failure");
  }
}

TEST_CASE("a finding is about a secret wherever that stands in it", "[word_binding]") {
  Finding finding;
  finding.rule = "capacity.drop";
  finding.path = "a.ini";
  CHECK_FALSE(is_about_secret(finding));
  SECTION("behind what a report shows") {
    identify(finding, {.new_value = std::string(5000, 'x') + " [redacted]"});
    CHECK(is_about_secret(finding));
  }
  SECTION("in what it rests on, of a report of any version") {
    finding.related.push_back({"a.ini", {"password", std::nullopt, "[redacted]"}});
    CHECK(is_about_secret(finding));
  }
}
