// Whose change a finding is.
#include "app/jobs/commit_authors.hpp"

#include "ack_fixture.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace leadline;

namespace {

Report report_of(const std::vector<std::string>& files) {
  Report report;
  for (const std::string& file : files) {
    ReportSetting setting;
    setting.path = file;
    report.settings.push_back(setting);
  }
  return report;
}

} // namespace

TEST_CASE("a finding rests on its file, on what that was called, and on all that it relates",
          "[commit_authors]") {
  Report report = report_of({"app.yml", "db.ini"});
  ReportHunk hunk;
  hunk.path = "db.ini";
  hunk.old_path = "old.ini";
  report.hunks = {hunk};
  const FindingPaths paths = paths_in(report);
  Finding finding;
  finding.path = "README.md";
  CHECK(paths.of(finding) == std::vector<std::string>{"README.md"});
  finding.path = "db.ini";
  CHECK(paths.of(finding) == std::vector<std::string>{"db.ini", "old.ini"});
  finding.path = "app.yml";
  finding.rule = "relation.pool_over_connections";
  CHECK(paths.of(finding) == std::vector<std::string>{"app.yml", "db.ini", "old.ini"});
}

TEST_CASE("who wrote another file that a relation rests on does not acknowledge it",
          "[commit_authors]") {
  AckFixture f;
  f.github.permissions["lee"] = "write";
  f.github.commit_authors = {{31, "sam"}, {32, "lee"}, {33, "ann"}};
  f.github.path_commits["pgbouncer.ini"] = {"c2"};
  f.github.path_commits["values.yaml"] = {"c1"};
  auto stored = nlohmann::json::parse(f.log.reports.at("7 aaaa"));
  SECTION("its settings stand to those of another file") {
    stored["findings"][0]["rule"] = "relation.pool_over_connections";
    stored["settings"].push_back({{"path", "values.yaml"}});
  }
  SECTION("its file had another name") {
    f.github.path_commits["older.ini"] = {"c1"};
    stored["hunks"][0]["old_path"] = "older.ini";
  }
  f.log.reports["7 aaaa"] = stored.dump();
  f.say("/leadline ack " + f.id + " fine", "lee");
  CHECK(contains(f.last_answer(), "or another file that it rests on"));
  f.say("/leadline ack " + f.id + " fine", "sam");
  CHECK(contains(f.last_answer(), "Acknowledged by `sam`"));
}

TEST_CASE("a run asks for the commits of so many files, and trusts nobody for the others",
          "[commit_authors]") {
  JobFixture f;
  f.run(f.job());
  std::vector<std::string> files;
  for (std::size_t i = 0; i < CommitAuthors::k_most_paths + 5; ++i) {
    files.push_back("file" + std::to_string(i) + ".yml");
  }
  f.github.commit_authors = {{31, "sam"}, {32, "lee"}};
  auto stored = nlohmann::json::parse(f.log.reports.at("7 aaaa"));
  stored["findings"][0]["rule"] = "relation.pool_over_connections";
  for (const std::string& file : files) {
    stored["settings"].push_back({{"path", file}});
  }
  f.log.reports["7 aaaa"] = stored.dump();
  Job asked = f.job("d2");
  asked.kind = JobKind::command;
  asked.head_sha.clear();
  asked.command = "/leadline ack " + stored["findings"][0]["id"].get<std::string>() + " fine";
  asked.comment_id = 5;
  asked.sender = "sam";
  f.github.forget_calls();
  f.run(asked);
  CHECK(contains(f.github.comments.back().body, "Nobody can acknowledge it here"));
  CHECK(std::count(f.github.calls.begin(), f.github.calls.end(), "graphql CommitsOfPath") ==
        static_cast<long>(CommitAuthors::k_most_paths));
}
