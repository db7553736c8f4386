#include "tests/app/cli/program.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fstream>
#include <iterator>

using namespace leadline;
using nlohmann::json;

namespace {

const std::string k_root = LEADLINE_SOURCE_DIR;

// A repository of two commits, tagged base and head: a pool is cut to a tenth.
class SmallRepository {
public:
  SmallRepository() {
    git({"init", "--quiet", "--initial-branch=main"});
    write("pgbouncer.ini",
          "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 200\ndefault_pool_size = 20\n");
    write("README.md", "# Shop\n");
    commit("base");
    write("pgbouncer.ini",
          "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 20\ndefault_pool_size = 20\n");
    commit("head");
  }

  const std::string& path() const { return m_folder.path(); }
  void write(const std::string& name, const std::string& bytes) { m_folder.write(name, bytes); }

  void commit(const std::string& tag) {
    git({"add", "--all"});
    git({"-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "--quiet", "--message",
         tag});
    git({"tag", tag});
  }

  std::string git(const std::vector<std::string>& args) {
    std::vector<std::string> words = {"git", "-C", path()};
    words.insert(words.end(), args.begin(), args.end());
    const ProgramRun run = run_program(words, "",
                                       {{"GIT_AUTHOR_DATE", "2024-05-01T12:00:00Z"},
                                        {"GIT_COMMITTER_DATE", "2024-05-01T12:00:00Z"},
                                        {"GIT_CONFIG_NOSYSTEM", "1"}});
    CAPTURE(run.err);
    REQUIRE(run.exit_code == 0);
    return run.out;
  }

  ProgramRun analyze(std::vector<std::string> args) const {
    std::vector<std::string> words = {"analyze", "-C", path()};
    words.insert(words.end(), args.begin(), args.end());
    return run_leadline(words);
  }

private:
  TemporaryFolder m_folder;
};

std::string read_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

} // namespace

TEST_CASE("a line that changes in a file of 10 MB is found, and nothing is skipped", "[analyze]") {
  SmallRepository repository;
  std::string databases = "[databases]\n";
  for (int i = 0; databases.size() < 10'000'000; ++i) {
    databases += fmt::format("shard_{} = host=db-{}.internal port=5432\n", i, i % 100);
  }
  const std::string rest = "\ndefault_pool_size = 20\n; the end\n";
  repository.write("pgbouncer.ini", databases + "[pgbouncer]\nmax_client_conn = 200" + rest);
  repository.commit("large");
  repository.write("pgbouncer.ini", databases + "[pgbouncer]\nmax_client_conn = 20" + rest);
  repository.commit("lower");
  const ProgramRun run = repository.analyze({"large...lower", "--format", "json"});
  CHECK(run.exit_code == 1);
  const json report = json::parse(run.out);
  REQUIRE(report.at("findings").size() == 1);
  const json& setting = report["findings"][0]["setting"];
  CHECK(setting["key"] == "pgbouncer.max_client_conn");
  CHECK(setting["old"] == "200");
  CHECK(setting["new"] == "20");
  CHECK(report["coverage"]["skipped"].empty());
  CHECK(report["coverage"]["hunks_analyzed"] == 1);
  CHECK(report["coverage"]["hunks"] == 1);
}

TEST_CASE("analyze finds the cut pool, exits with 1, and says the same twice", "[analyze]") {
  const SmallRepository repository;
  const ProgramRun run = repository.analyze({"base...head", "--format", "json"});
  CHECK(run.err.empty());
  CHECK(run.exit_code == 1);
  const json report = json::parse(run.out);
  const json& finding = report.at("findings").at(0);
  CHECK(finding.at("path") == "pgbouncer.ini");
  CHECK(finding.at("line") == 3);
  CHECK(finding.at("setting").at("old") == "200");
  CHECK(finding.at("setting").at("new") == "20");
  CHECK(repository.analyze({"base...head", "--format", "json"}).out == run.out);
}

TEST_CASE("a real report of each range is what the schema says, and its diff lines are git's",
          "[analyze]") {
  SmallRepository repository;
  const TemporaryFolder folder;
  for (const std::string range : {"base...head", "base..head", "head"}) {
    CAPTURE(range);
    const std::string path = folder.path() + "/report.json";
    const ProgramRun run = repository.analyze({range, "--format", "json", "--output", path});
    CHECK(run.out.empty());
    const ProgramRun valid =
        run_program({"/usr/bin/python3", k_root + "/tests/app/render/validate_json.py",
                     k_root + "/manifests/schema/report.schema.json", path});
    CAPTURE(valid.out, valid.err);
    CHECK(valid.exit_code == 0);
    const int line = json::parse(read_file(path)).at("findings").at(0).at("diff_line");
    std::string diff = repository.git({"diff", "base...head"});
    for (int i = 1; i < line; ++i) {
      diff.erase(0, diff.find('\n') + 1);
    }
    CHECK(diff.substr(0, diff.find('\n')) == "+max_client_conn = 20");
  }
}

TEST_CASE("a folder of a checkout is as good as its top, the proof of a split included",
          "[analyze]") {
  SmallRepository repository;
  repository.write("docs/page.md", "words\n");
  const ProgramRun top = run_leadline({"analyze", "-C", repository.path(), "base...head"});
  const ProgramRun folder =
      run_leadline({"analyze", "-C", repository.path() + "/docs", "base...head"});
  CHECK(folder.err.empty());
  CHECK(folder.exit_code == 1);
  CHECK(folder.out == top.out);
}

TEST_CASE("the option --fail-on decides what fails", "[analyze]") {
  const SmallRepository repository;
  CHECK(repository.analyze({"base...head", "--fail-on", "low"}).exit_code == 1);
  CHECK(repository.analyze({"base...head", "--fail-on", "never"}).exit_code == 0);
  CHECK(repository.analyze({"base...base"}).exit_code == 0);
}

TEST_CASE("the configuration is the merge base's, not the head's", "[analyze]") {
  SmallRepository repository;
  repository.write(".github/leadline.yml", "fail_on: never\n");
  repository.commit("lax");
  repository.write("README.md", "# More\n");
  repository.commit("later");
  CHECK(repository.analyze({"base...later"}).exit_code == 1);
  repository.write(
      "pgbouncer.ini",
      "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 2\ndefault_pool_size = 20\n");
  repository.commit("again");
  CHECK(repository.analyze({"later...again"}).exit_code == 0);
  CHECK(repository.analyze({"later...again", "--fail-on", "high"}).exit_code == 1);
  const TemporaryFolder folder;
  CHECK(repository.analyze({"later...again", "--config", folder.write("c.yml", "fail_on: high")})
            .exit_code == 1);
  repository.write(".github/leadline.yml", "fail_on: hihg\n");
  repository.commit("wrong");
  repository.write("README.md", "# Even more\n");
  repository.commit("last");
  const ProgramRun run = repository.analyze({"wrong...last"});
  CHECK(run.exit_code == 2);
  CHECK_THAT(run.err, Catch::Contains("leadline: .github/leadline.yml:1: fail_on \"hihg\""));
}

TEST_CASE("a diff on standard input is analysed without a repository", "[analyze]") {
  SmallRepository repository;
  const std::string diff = repository.git({"diff", "base...head"});
  const ProgramRun run = run_leadline({"analyze", "--diff", "-", "--format", "json"}, diff);
  CHECK(run.exit_code == 1);
  const json report = json::parse(run.out);
  CHECK(report.at("findings").at(0).at("line") == 3);
  CHECK(report.at("range").at("head").is_null());
  const TemporaryFolder folder;
  CHECK(run_leadline({"analyze", "--diff", folder.write("x.diff", diff)}).exit_code == 1);
}

TEST_CASE("bad input of analyze ends with 2 and names the thing and the value", "[analyze]") {
  SmallRepository repository;
  const TemporaryFolder folder;
  const std::string diff = repository.git({"diff", "base...head"});
  const std::string cut = folder.write("cut.diff", diff.substr(0, diff.size() - 30));
  struct Row {
    std::vector<std::string> args;
    std::string error;
  };
  for (const Row& row : std::vector<Row>{
           {{"analyze"}, "name a RANGE or --diff FILE"},
           {{"analyze", "base...head", "--diff", cut}, "exclude each other"},
           {{"analyze", "-C", repository.path(), "base...nope"}, "nope"},
           {{"analyze", "-C", folder.path(), "base...head"}, folder.path()},
           {{"analyze", "-C", repository.path(), "base...head", "--format", "yaml"}, "yaml"},
           {{"analyze", "-C", repository.path(), "base...head", "--fail-on", "hihg"}, "hihg"},
           {{"analyze", "--diff", folder.path() + "/none.diff"}, "none.diff"},
           {{"analyze", "--diff", cut}, "ends inside this hunk"},
           {{"analyze", "-C", repository.path(), "base...head", "--config",
             folder.path() + "/none.yml"},
            "none.yml"},
       }) {
    CAPTURE(row.error);
    const ProgramRun run = run_leadline(row.args);
    CHECK(run.exit_code == 2);
    CHECK(run.out.empty());
    CHECK_THAT(run.err, Catch::StartsWith("leadline: ") && Catch::Contains(row.error));
  }
}

TEST_CASE("colours are for terminals, or for whoever asks", "[analyze]") {
  const SmallRepository repository;
  const std::vector<std::string> args = {"analyze", "-C", repository.path(), "base...head"};
  struct Row {
    std::vector<std::string> more;
    std::map<std::string, std::string> environment;
    bool colored;
  };
  for (const Row& row :
       std::vector<Row>{{{}, {}, false},
                        {{"--color", "always"}, {}, true},
                        {{}, {{"CLICOLOR_FORCE", "1"}}, true},
                        {{}, {{"CLICOLOR_FORCE", "0"}}, false},
                        {{}, {{"CLICOLOR_FORCE", "1"}, {"NO_COLOR", "1"}}, false},
                        {{"--color", "never"}, {{"CLICOLOR_FORCE", "1"}}, false}}) {
    std::vector<std::string> words = args;
    words.insert(words.end(), row.more.begin(), row.more.end());
    const ProgramRun run = run_leadline(words, "", row.environment);
    CHECK((run.out.find('\x1b') != std::string::npos) == row.colored);
    CHECK_THAT(run.out, Catch::Contains("max_client_conn"));
  }
}

TEST_CASE("every format holds the finding", "[analyze]") {
  const SmallRepository repository;
  for (const std::string format :
       {"text", "json", "markdown", "sarif", "rdjson", "junit", "html"}) {
    CAPTURE(format);
    const ProgramRun run = repository.analyze({"base...head", "--format", format});
    CHECK(run.exit_code == 1);
    CHECK_THAT(run.out, Catch::Contains("max_client_conn") && Catch::Contains("pgbouncer.ini"));
  }
}

TEST_CASE("a report that cannot be written is no pass", "[analyze]") {
  const SmallRepository repository;
  const ProgramRun run =
      repository.analyze({"base...base", "--output", "/nonexistent/report.json"});
  CHECK(run.exit_code == 3);
  CHECK(run.err == "leadline: writing \"/nonexistent/report.json\": No such file or directory\n");
}

TEST_CASE("a baseline of the base blocks, and the head cannot excuse itself", "[analyze]") {
  SmallRepository repository;
  const std::string config = ".github/leadline.yml";
  repository.git({"checkout", "--quiet", "-b", "feature", "base"});
  repository.write(config, "version: 1\nbaselines:\n  - key: pgbouncer.max_client_conn\n"
                           "    paths: [\"*.ini\"]\n    min: 0.15k\n    why: forty pods\n");
  repository.commit("rules");
  repository.write(config, "version: 1\n");
  repository.write("pgbouncer.ini", "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 149\n"
                                    "default_pool_size = 20\n");
  repository.commit("change");
  const ProgramRun run = repository.analyze({"rules..change", "--format", "json"});
  CAPTURE(run.out, run.err);
  CHECK(run.exit_code == 1);
  const json finding = json::parse(run.out).at("findings").at(0);
  CHECK(finding.at("rule") == "baseline.violated");
  CHECK(finding.at("severity") == "critical");
  CHECK(finding.at("message").get<std::string>().find("orty pods") != std::string::npos);
  repository.git({"checkout", "--quiet", "-B", "feature", "rules"});
  repository.write("pgbouncer.ini", "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = 180\n"
                                    "default_pool_size = 20\n");
  repository.commit("harmless");
  CHECK(repository.analyze({"rules..harmless"}).exit_code == 0);
}

TEST_CASE("a range that judges less strictly, or with mistakes, says so as a pull request does",
          "[analyze]") {
  SmallRepository repository;
  repository.write(".github/leadline.yml", "fail_on: never\n");
  repository.write("README.md", "# Lax\n");
  repository.commit("lax");
  const auto findings = [&](const std::string& range) {
    const ProgramRun run = repository.analyze({range, "--format", "json"});
    CAPTURE(run.err);
    CHECK(run.exit_code == 1);
    return json::parse(run.out).at("findings");
  };
  const json lax = findings("head...lax");
  REQUIRE(lax.size() == 1);
  CHECK(lax[0].at("rule") == "policy.weakened");
  CHECK(lax[0].at("path") == ".github/leadline.yml");
  CHECK(lax[0].at("line") == 1);
  repository.write(".github/leadline.yml", "fail_on: hihg\n");
  repository.commit("wrong");
  // No configuration switches it off; only who asks for the report may have it without a failure.
  const ProgramRun never = repository.analyze({"lax...wrong", "--format", "json"});
  CHECK(never.exit_code == 1);
  CHECK(repository.analyze({"lax...wrong", "--fail-on", "never"}).exit_code == 0);
  CHECK(json::parse(never.out).at("findings").at(0).at("rule") == "policy.mistake");
  CHECK(repository.analyze({"lax...wrong", "--fail-on", "high"}).exit_code == 1);
  repository.write("README.md", "# More\n");
  repository.commit("more");
  const ProgramRun unusable = repository.analyze({"wrong...more"});
  CHECK(unusable.exit_code == 2);
  CHECK(unusable.err.find("hihg") != std::string::npos);
  repository.git({"checkout", "--quiet", "wrong"});
  repository.write(".github/leadline.yml", "fail_on: high\n");
  repository.commit("mended");
  CHECK(repository.analyze({"wrong...mended"}).exit_code == 0);
}
