#include "analyzers/split/patch.hpp"

#include "base/error.hpp"
#include "tests/analyzers/split/split_builder.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::SplitBuilder;

namespace {

SplitPlan plan_of(const std::vector<std::vector<std::string>>& groups) {
  SplitPlan plan;
  for (const std::vector<std::string>& chunks : groups) {
    SplitGroup group;
    group.chunks = chunks;
    plan.groups.push_back(group);
  }
  return plan;
}

std::string no_binary(const FileChange&) { return {}; }

} // namespace

TEST_CASE("each patch is written against the state that the ones before it leave",
          "[split][patch]") {
  SplitBuilder builder;
  builder.file("a.ini", "logging",
               {{" one", "-two", "+2", "+2b", " three", "-four", "+4", " five"}});
  const auto patches =
      group_patches(builder.changes, builder.report.chunks, plan_of({{"c2"}, {"c1"}}), no_binary);
  REQUIRE(patches.size() == 2);
  CHECK(patches[0] == "diff --git a/a.ini b/a.ini\n--- a/a.ini\n+++ b/a.ini\n"
                      "@@ -1,5 +1,5 @@\n one\n two\n three\n-four\n+4\n five\n");
  CHECK(patches[1] == "diff --git a/a.ini b/a.ini\n--- a/a.ini\n+++ b/a.ini\n"
                      "@@ -1,5 +1,6 @@\n one\n-two\n+2\n+2b\n three\n 4\n five\n");
}

TEST_CASE("chunks of one run are written one after the other, not all removed lines first",
          "[split][patch]") {
  SplitBuilder builder;
  builder.file("a.ini", "logging", {{"-tls = a", "-pool = 200", "+tls = b", "+pool = 20"}});
  // The run is cut into two chunks, as the chunker does for lines of two domains.
  Chunk second = builder.report.chunks[0];
  builder.report.chunks[0].old_lines = builder.report.chunks[0].new_lines = 1;
  second.id = "c2";
  second.old_start = second.new_start = 2;
  second.old_lines = second.new_lines = 1;
  builder.report.chunks.push_back(second);
  const auto patches =
      group_patches(builder.changes, builder.report.chunks, plan_of({{"c1"}, {"c2"}}), no_binary);
  CHECK(patches[0].find("@@ -1,2 +1,2 @@\n-tls = a\n+tls = b\n pool = 200\n") != std::string::npos);
  CHECK(patches[1].find("@@ -1,2 +1,2 @@\n tls = b\n-pool = 200\n+pool = 20\n") !=
        std::string::npos);
}

TEST_CASE("groups that are no partition are refused by name", "[split][patch]") {
  SplitBuilder builder;
  builder.file("a", "logging", {{"-x", "+y"}, {"-z", "+w"}});
  CHECK_THROWS_WITH(
      group_patches(builder.changes, builder.report.chunks, plan_of({{"c1"}}), no_binary),
      "chunk c2 is in no group");
  CHECK_THROWS_WITH(group_patches(builder.changes, builder.report.chunks,
                                  plan_of({{"c1", "c2"}, {"c1"}}), no_binary),
                    "chunk c1 is in two groups");
  CHECK_THROWS_AS(group_patches(builder.changes, builder.report.chunks,
                                plan_of({{"c1", "c2", "c9"}}), no_binary),
                  Error);
  builder.report.chunks.pop_back();
  CHECK_THROWS_WITH(
      group_patches(builder.changes, builder.report.chunks, plan_of({{"c1"}}), no_binary),
      "a: a changed line of hunk 2 is in no chunk");
}

TEST_CASE("a binary file without its content stops the patches instead of leaving it out",
          "[split][patch]") {
  SplitBuilder builder;
  FileChange image;
  image.old_path = image.new_path = "logo.png";
  image.binary = true;
  builder.changes.files.push_back(image);
  Chunk chunk;
  chunk.id = "c1";
  chunk.path = "logo.png";
  builder.report.chunks.push_back(chunk);
  CHECK_THROWS_WITH(
      group_patches(builder.changes, builder.report.chunks, plan_of({{"c1"}}), no_binary),
      "no binary patch for \"logo.png\"");
}
