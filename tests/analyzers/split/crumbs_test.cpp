#include "analyzers/split/plan.hpp"

#include "tests/analyzers/split/split_builder.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::outline;
using leadline::test::SplitBuilder;

namespace {

using Rows = std::vector<std::string>;

// A large change of code and one of `lines` lines that has nothing to do with it.
SplitBuilder beside_large(const std::string& domain, std::size_t lines, std::size_t large) {
  SplitBuilder builder;
  builder.added("src/banner.css", "application-code", Rows(large, "color: blue;"));
  builder.file("ops/motd", domain, {Rows(lines, "+welcome everybody")});
  return builder;
}

std::size_t groups_of(const SplitBuilder& builder) {
  return plan_split(builder.changes, builder.report, {}).groups.size();
}

} // namespace

TEST_CASE("a few lines without risk are no group beside a large one", "[split][crumbs]") {
  CHECK(groups_of(beside_large("docs", 3, 200)) == 1);
  CHECK(groups_of(beside_large("docs", 4, 200)) == 2);
  CHECK(groups_of(beside_large("docs", 3, 199)) == 2);
  CHECK(groups_of(beside_large("tls", 3, 200)) == 2);
  SplitBuilder builder = beside_large("docs", 3, 200);
  builder.at_stake();
  CHECK(groups_of(builder) == 2);
  builder.report.findings.back().severity = Severity::low;
  CHECK(groups_of(builder) == 2);
}

TEST_CASE("what changes no line is no group beside a large one, unless it is many files",
          "[split][crumbs]") {
  for (const int files : {1, 10, 11}) {
    CAPTURE(files);
    SplitBuilder builder;
    builder.added("src/banner.css", "application-code", Rows(200, "color: blue;"));
    for (int i = 0; i < files; ++i) {
      builder.file("ops/run" + std::to_string(i), "deploy", {});
      FileChange& file = builder.changes.files.back();
      file.new_mode = k_mode_executable;
      Chunk chunk;
      chunk.id = "c" + std::to_string(builder.report.chunks.size() + 1);
      chunk.path = chunk.old_path = file.new_path;
      chunk.domain = "deploy";
      chunk.file = builder.changes.files.size() - 1;
      builder.report.chunks.push_back(chunk);
    }
    const SplitPlan plan = plan_split(builder.changes, builder.report, {});
    const bool alone = std::any_of(plan.groups.begin(), plan.groups.end(), [](const auto& group) {
      return group.additions + group.deletions == 0;
    });
    CHECK(alone == (files > 10));
  }
}

TEST_CASE("a domain names a group by its share of the lines that are read", "[split][plan]") {
  struct Row {
    std::size_t docs;
    std::size_t tls;
    bool noise; // the lines of TLS
    std::string named;
  };
  for (const Row& row :
       {Row{99, 2, false, "docs"}, Row{75, 25, false, "tls"}, Row{76, 24, false, "docs"},
        Row{5, 60, true, "docs"}, Row{0, 60, true, "tls"}}) {
    CAPTURE(row.docs, row.tls, row.noise);
    SplitBuilder builder;
    Rows lines(row.docs, "+words of the page");
    if (row.docs > 0) {
      lines.insert(lines.begin(), " #");
      builder.file("guide.md", "docs", {lines});
    }
    builder.file("guide.md", "tls", {Rows(row.tls, "+words of the page")});
    builder.report.chunks.back().noise = row.noise;
    builder.report.chunks.back().confidence = 0.1;
    const SplitPlan plan = plan_split(builder.changes, builder.report, {});
    REQUIRE(plan.groups.size() == 1);
    CHECK(plan.groups[0].domain == row.named);
  }
}
