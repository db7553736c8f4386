#include "tests/app/cli/program.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

using namespace leadline;
using nlohmann::json;

namespace {

// A year of a small shop: a pool cut in a merged branch, a word in the README, the pool put back.
class ShopHistory {
public:
  ShopHistory() {
    git({"init", "--quiet", "--initial-branch=main"});
    pool("200");
    commit("First", "2025-01-10");
    git({"checkout", "--quiet", "-b", "pool"});
    pool("20");
    commit("Cut the pool", "2025-02-10");
    git({"checkout", "--quiet", "main"});
    git({"merge", "--quiet", "--no-ff", "--message", "Merge pull request #7", "pool"},
        "2025-02-11");
    m_folder.write("README.md", "# Shop\n\nWords.\n");
    commit("Say more", "2025-03-10");
  }

  ProgramRun replay(std::vector<std::string> args) const {
    std::vector<std::string> words = {"replay", "-C", m_folder.path()};
    words.insert(words.end(), args.begin(), args.end());
    return run_leadline(words);
  }

  std::string write(const std::string& name, const std::string& bytes) const {
    return m_folder.write(name, bytes);
  }

private:
  void pool(const std::string& clients) {
    m_folder.write("prod/pgbouncer.ini", "[pgbouncer]\nmax_client_conn = " + clients + "\n");
  }

  void commit(const std::string& message, const std::string& day) {
    git({"add", "--all"}, day);
    git({"commit", "--quiet", "--message", message}, day);
  }

  void git(const std::vector<std::string>& args, const std::string& day = "2025-01-10") {
    std::vector<std::string> words = {"git",         "-C", m_folder.path(),           "-c",
                                      "user.name=t", "-c", "user.email=t@example.org"};
    words.insert(words.end(), args.begin(), args.end());
    const ProgramRun run = run_program(words, "",
                                       {{"GIT_AUTHOR_DATE", day + "T12:00:00Z"},
                                        {"GIT_COMMITTER_DATE", day + "T12:00:00Z"},
                                        {"GIT_CONFIG_NOSYSTEM", "1"}});
    CAPTURE(run.err);
    REQUIRE(run.exit_code == 0);
  }

  TemporaryFolder m_folder;
};

} // namespace

TEST_CASE("a replay judges each merged change as its pull request would have been", "[replay]") {
  const ShopHistory shop;
  const ProgramRun run = shop.replay({"--format", "json"});
  CHECK(run.err.empty());
  CHECK(run.exit_code == 0);
  const json replay = json::parse(run.out);
  const json& changes = replay.at("changes");
  REQUIRE(changes.size() == 3); // newest first; the merged branch counts once
  CHECK(changes.at(0).at("subject") == "Say more");
  CHECK(changes.at(0).at("conclusion") == "success");
  CHECK(changes.at(1).at("subject") == "Merge pull request #7");
  CHECK(changes.at(1).at("time") == "2025-02-11T12:00:00Z");
  CHECK(changes.at(1).at("conclusion") == "failure");
  const json& finding = changes.at(1).at("findings").at(0);
  CHECK(finding.at("path") == "prod/pgbouncer.ini");
  CHECK(finding.at("line") == 2);
  const json& summary = replay.at("summary");
  CHECK(summary.at("changes") == 3);
  CHECK(summary.at("blocked") == 1);
  CHECK(summary.at("unfinished") == 0);
  CHECK(summary.at("by_setting").at("max_client_conn") == 1);
}

TEST_CASE("the text of a replay lists what would have been flagged, and the rates", "[replay]") {
  const ProgramRun run = ShopHistory().replay({});
  CHECK(run.exit_code == 0);
  CHECK(run.out.find("2025-02-11 blocked Merge pull request #7") != std::string::npos);
  CHECK(run.out.find("prod/pgbouncer.ini:2") != std::string::npos);
  CHECK(run.out.find("3 changes: 1 blocked (33.3 %)") != std::string::npos);
  CHECK(run.out.find("Say more") == std::string::npos);
}

TEST_CASE("a replay stops at a number of changes and at a day", "[replay]") {
  const ShopHistory shop;
  const auto changes = [&](const std::vector<std::string>& args) {
    std::vector<std::string> words = {"--format", "json"};
    words.insert(words.end(), args.begin(), args.end());
    return json::parse(shop.replay(words).out).at("changes").size();
  };
  CHECK(changes({"--max", "1"}) == 1);
  CHECK(changes({"--since", "2025-02-11"}) == 2);
  CHECK(changes({"--since", "2025-02-12"}) == 1);
  CHECK(changes({"main~1"}) == 2);
}

TEST_CASE("a configuration can be tried on the past before it is committed", "[replay]") {
  const ShopHistory shop;
  const std::string config = shop.write("try.yml", "fail_on: never\n");
  const ProgramRun run = shop.replay({"--config", config, "--format", "json"});
  CAPTURE(run.err);
  CHECK(run.exit_code == 0);
  CHECK(json::parse(run.out).at("summary").at("blocked") == 0);
}

TEST_CASE("a replay refuses what it does not understand, by name", "[replay]") {
  const ShopHistory shop;
  for (const std::string day : {"2025-02-30", "yesterday", "2025-2-1", "2025-02-01x"}) {
    const ProgramRun run = shop.replay({"--since", day});
    CHECK(run.exit_code == 2);
    CHECK(run.err.find("\"" + day + "\"") != std::string::npos);
  }
  const ProgramRun unknown = shop.replay({"nowhere"});
  CHECK(unknown.exit_code == 2);
  CHECK(unknown.err.find("nowhere") != std::string::npos);
  CHECK(shop.replay({"--max", "0"}).exit_code == 2);
}
