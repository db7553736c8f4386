#include "analyzers/merged_settings.hpp"

#include "analyzers/analyze.hpp"
#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

// "severity title" of each finding of at least medium severity.
std::vector<std::string> told(const std::string& before, const std::string& after) {
  ChangeBuilder builder;
  builder.file("deploy/app.yaml", before, after);
  std::vector<std::string> lines;
  for (const Finding& finding :
       analyze(builder.changes, builder, {}, Catalog::built_in()).findings) {
    if (finding.severity >= Severity::medium) {
      lines.push_back(std::string(name_of(finding.severity)) + " " + finding.title);
    }
  }
  return lines;
}

const std::string k_base = "defaults: &defaults\n  max_connections: 200\n  timeout: 30s\n";

} // namespace

TEST_CASE("a removed merge is told with what it had brought", "[merged_settings]") {
  const std::vector<std::string> lines =
      told(k_base + "orders:\n  <<: *defaults\n  name: x\n", k_base + "orders:\n  name: x\n");
  REQUIRE(lines.size() == 1);
  CHECK(lines[0] == "medium orders.<< = *defaults removed: 2 settings that it brought are gone, as "
                    "max_connections");
}

TEST_CASE("a protection that a merge brought is judged as removed", "[merged_settings]") {
  const std::string base = "x-db: &db\n  env:\n    PGSSLMODE: verify-full\n    X: 1\n";
  const std::vector<std::string> lines =
      told(base + "orders:\n  <<: *db\n  name: x\n", base + "orders:\n  name: x\n");
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].find("high PGSSLMODE = verify-full removed") == 0);
}

TEST_CASE("a merge says nothing where its settings stay, or its mapping goes",
          "[merged_settings]") {
  CHECK(told(k_base + "orders:\n  <<: *defaults\n  name: x\n",
             k_base + "orders:\n  name: x\n  max_connections: 200\n  timeout: 30s\n")
            .empty());
  CHECK(told(k_base + "orders:\n  <<: *defaults\n  name: x\nshop:\n  name: y\n",
             k_base + "shop:\n  name: y\n")
            .empty());
  // The anchor in a comment is none, and of two only the one that is merged counts.
  CHECK(told("# &defaults\norders:\n  <<: *defaults\n  name: x\n", "# &defaults\norders:\n  name: "
                                                                   "x\n")
            .empty());
  CHECK(told("other: &defaults-b\n  max_connections: 9\norders:\n  <<: *defaults\n  name: x\n",
             "other: &defaults-b\n  max_connections: 9\norders:\n  name: x\n")
            .empty());
}
