// Whose change a finding is.
#include "app/jobs/commit_authors.hpp"

#include "ack_fixture.hpp"
#include "app/jobs/stored_report.hpp"
#include "app/render/json.hpp"

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

TEST_CASE("a finding rests on its file and on all that it relates, which may have new names",
          "[commit_authors]") {
  Report report = report_of({"app.yml", "db.ini"});
  const auto hunk = [&](const char* path, const char* old_path, int old_lines) {
    ReportHunk added;
    added.path = path;
    added.old_path = old_path;
    added.old_start = old_lines == 0 ? 0 : 1;
    added.old_lines = old_lines;
    report.hunks.push_back(added);
  };
  hunk("db.ini", "old.ini", 3);
  hunk("new.yml", "new.yml", 0);
  hunk("README.md", "README.md", 3);
  hunk("app.yml", "app.yml", 3);
  Chunk first_line; // put before the first one: nothing stands before it, but the file was there
  first_line.path = first_line.old_path = "app.yml";
  report.chunks = {first_line};
  for (const FindingPaths& paths :
       {paths_in(report), parse_stored_report(render_json(report)).paths}) {
    CHECK(paths.new_here == std::set<std::string>{"db.ini", "new.yml"});
    Finding finding;
    finding.path = "README.md";
    CHECK(paths.of(finding) == std::vector<std::string>{"README.md"});
    CHECK_FALSE(paths.any_new(finding));
    finding.path = "db.ini";
    CHECK(paths.of(finding) == std::vector<std::string>{"db.ini"});
    CHECK(paths.any_new(finding));
    finding.path = "app.yml";
    CHECK_FALSE(paths.any_new(finding));
    finding.rule = "relation.pool_over_connections";
    CHECK(paths.of(finding) == std::vector<std::string>{"app.yml", "db.ini"});
    CHECK(paths.any_new(finding));
  }
}

TEST_CASE("who wrote another file that a relation rests on does not acknowledge it",
          "[commit_authors]") {
  AckFixture f;
  f.github.permissions["lee"] = "write";
  f.github.commit_authors = {{31, "sam"}, {32, "lee"}, {33, "ann"}};
  f.github.path_commits["pgbouncer.ini"] = {"c2"};
  f.github.path_commits["values.yaml"] = {"c1"};
  auto stored = nlohmann::json::parse(f.log.reports.at("7 aaaa"));
  stored["findings"][0]["rule"] = "relation.pool_over_connections";
  stored["settings"].push_back({{"path", "values.yaml"}});
  f.log.reports["7 aaaa"] = stored.dump();
  f.say("/leadline ack " + f.id + " fine", "lee");
  CHECK(contains(f.last_answer(), "or another file that it rests on"));
  f.say("/leadline ack " + f.id + " fine", "sam");
  CHECK(contains(f.last_answer(), "Acknowledged by `sam`"));
}

TEST_CASE("a file that gets another name inside of its pull request keeps its author",
          "[commit_authors]") {
  // Lee adds tmp.ini; Ann, who opens the pull request, calls it pgbouncer.ini. GitHub's history of
  // that name does not go back to the other one.
  AckFixture f;
  f.github.permissions["lee"] = "write";
  f.github.commit_authors = {{32, "lee"}, {33, "ann"}};
  f.github.path_commits["pgbouncer.ini"] = {"c1"};
  auto stored = nlohmann::json::parse(f.log.reports.at("7 aaaa"));
  SECTION("that is new") {
    stored["hunks"][0]["old_start"] = 0;
    stored["hunks"][0]["old_lines"] = 0;
  }
  SECTION("that had one before") { stored["hunks"][0]["old_path"] = "older.ini"; }
  f.log.reports["7 aaaa"] = stored.dump();
  f.say("/leadline ack " + f.id + " fine", "lee");
  CHECK(f.acknowledgements.rows.empty());
  CHECK(contains(f.last_answer(), "has its name only from this pull request"));
  f.say("/leadline ack " + f.id + " fine", "sam"); // of no commit
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
