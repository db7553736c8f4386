#include "analyzers/risk/sweeps.hpp"

#include "analyzers/analyze.hpp"
#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

std::string ini(int clients) {
  return "[pgbouncer]\nlisten_port = 6432\nmax_client_conn = " + std::to_string(clients) + "\n";
}

Report same_edit_in(const std::vector<std::string>& folders) {
  ChangeBuilder builder;
  for (const std::string& folder : folders) {
    builder.file(folder + "/pgbouncer.ini", ini(200), ini(20));
  }
  return analyze(builder.changes, builder, {}, Catalog::built_in());
}

// What is left of `findings` when those of these folders are taken out.
std::vector<Finding> without(std::vector<Finding> findings,
                             const std::vector<std::string>& folders) {
  std::erase_if(findings, [&](const Finding& finding) {
    return std::any_of(folders.begin(), folders.end(), [&](const std::string& folder) {
      return finding.path.starts_with(folder + "/");
    });
  });
  lead_anew(findings);
  return findings;
}

} // namespace

TEST_CASE("one edit in many places is told once, and each place keeps its own severity",
          "[sweeps]") {
  const Report report = same_edit_in({"a", "staging", "c"});
  REQUIRE(report.findings.size() == 3);
  const Finding& leader = report.findings[0];
  CHECK_FALSE(leader.sweep);
  CHECK(leader.severity >= Severity::high);
  for (std::size_t i = 1; i < 3; ++i) {
    const Finding& place = report.findings[i];
    CAPTURE(place.path);
    CHECK(place.severity == Severity::low);
    REQUIRE(place.sweep);
    CHECK(place.sweep->leader == leader.id);
    CHECK(severity_alone(place) ==
          same_edit_in({place.path.substr(0, place.path.find('/'))}).findings[0].severity);
  }
}

TEST_CASE("a place leads where its leader is gone", "[sweeps]") {
  const Report report = same_edit_in({"a", "b", "c", "staging"});
  const std::vector<Finding> left = without(report.findings, {"a"});
  REQUIRE(left.size() == 3);
  CHECK(left[0].severity == report.findings[0].severity);
  CHECK_FALSE(left[0].sweep);
  for (std::size_t i = 1; i < 3; ++i) {
    CHECK(left[i].severity == Severity::low);
    REQUIRE(left[i].sweep);
    CHECK(left[i].sweep->leader == left[0].id);
  }
  SECTION("the gravest one") {
    const std::vector<Finding> last = without(report.findings, {"a", "b"});
    REQUIRE(last.size() == 2);
    CHECK(last[0].path == "c/pgbouncer.ini");
    CHECK(without(last, {"c"}).at(0).severity == severity_alone(last[1]));
  }
  SECTION("and not where others are gone") {
    const std::vector<Finding> others = without(report.findings, {"b", "c"});
    REQUIRE(others.size() == 2);
    CHECK(others[0].path == "a/pgbouncer.ini");
    CHECK(others[1].severity == Severity::low);
  }
}
