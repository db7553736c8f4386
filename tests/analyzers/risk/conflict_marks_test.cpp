#include "analyzers/analyze.hpp"
#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

const std::string k_marks = "<<<<<<< HEAD\nb: 2\n=======\nb: 3\n>>>>>>> feature\n";

Report reported(const std::string& path, const std::string& before, const std::string& after,
                const Policy& policy = {}) {
  ChangeBuilder builder;
  builder.file(path, before, after);
  return analyze(builder.changes, builder, policy, Catalog::built_in());
}

std::string severity_of_marks(const Report& report) {
  for (const Finding& finding : report.findings) {
    if (finding.rule == "conflict.marker") {
      return std::string(name_of(finding.severity));
    }
  }
  return "";
}

} // namespace

TEST_CASE("marks of an unfinished merge are found in any file", "[conflict_marks]") {
  struct Row {
    std::string what;
    std::string path;
    std::string added;
    std::string severity;
  };
  for (const Row& row : {
           Row{"configuration", "app.yaml", k_marks, "high"},
           Row{"a program", "src/main.py", k_marks, "high"},
           Row{"whatever it is", "data/list.xyz", k_marks, "high"},
           Row{"half of them", "app.yaml", "<<<<<<< HEAD\n", "medium"},
           Row{"documentation shows them", "docs/merging.md", k_marks, "low"},
           Row{"a heading", "docs/merging.rst", "Title\n=======\n", ""},
           Row{"not at the start", "src/main.sh", "  cat <<<<<<< HEAD\n", ""},
       }) {
    CAPTURE(row.what);
    const Report report = reported(row.path, "a: 1\nc: 3\n", "a: 1\n" + row.added + "c: 3\n");
    CHECK(severity_of_marks(report) == row.severity);
  }
}

TEST_CASE("marks that stood there before are not told again", "[conflict_marks]") {
  CHECK(severity_of_marks(reported("a.yaml", k_marks + "c: 3\n", k_marks + "c: 4\n")).empty());
}

TEST_CASE("the rule about marks can be switched off", "[conflict_marks]") {
  Policy policy;
  policy.rules["conflict.marker"].enabled = false;
  CHECK(severity_of_marks(reported("a.yaml", "c: 3\n", k_marks, policy)).empty());
}

TEST_CASE("a file that no reader knows is named, and fails nothing", "[conflict_marks]") {
  const Report unknown = reported("conf/pools.acme", "some words\nhere\n", "other words\nhere\n");
  REQUIRE(unknown.coverage.unread.size() == 1);
  CHECK(unknown.coverage.unread[0].path == "conf/pools.acme");
  CHECK(unknown.coverage.complete());
  CHECK(unknown.verdict.conclusion == Conclusion::success);
  CHECK(reported("a.yaml", "c: 3\n", "c: 4\n").coverage.unread.empty());
  CHECK(reported("README.md", "c: 3\n", "c: 4\n").coverage.unread.empty());
}

TEST_CASE("what opens a door goes before more of something", "[conflict_marks]") {
  ChangeBuilder builder;
  builder.file("deploy/a.yaml", "workers: 4\nmax_connections: 100\n",
               "workers: 4\nmax_connections: 300\n");
  builder.file("k8s/role.yaml",
               "kind: ClusterRole\nrules:\n  - resources: [\"pods\"]\n    verbs: [get]\n",
               "kind: ClusterRole\nrules:\n  - resources: [\"pods\", \"secrets\"]\n    verbs: "
               "[get]\n");
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  REQUIRE(report.findings.size() == 2);
  CHECK(report.findings[0].severity == report.findings[1].severity);
  CHECK(report.findings[0].rule == "permission.widened");
  CHECK(report.findings[1].rule == "capacity.jump");
}

TEST_CASE("who says that marks are meant has not said it of other marks in the file",
          "[conflict_marks]") {
  const auto id = [](const std::string& after) {
    const Report report = reported("app.yaml", "a: 1\nc: 3\n", after);
    return report.findings.at(0).id;
  };
  const std::string once = id("a: 1\n" + k_marks + "c: 3\n");
  CHECK(once == id("# moved\na: 1\n" + k_marks + "c: 3\n"));
  CHECK(once != id("a: 1\n" + k_marks + "c: 3\n" + k_marks));
}
