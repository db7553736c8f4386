#include "app/git/split_proof.hpp"

#include "base/error.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <functional>

using namespace leadline;

namespace {

// Says what trees come of the patches, as the test wants.
class SeriesDouble final : public PatchSeries {
public:
  std::function<std::vector<std::string>(const std::vector<std::string>&)> trees;
  std::size_t asked = 0;

  std::string binary_patch(const FileChange&) override { return ""; }
  std::vector<std::string> apply(const std::vector<std::string>& patches) override {
    ++asked;
    return trees(patches);
  }
  std::string head_tree() override { return "head"; }
};

// Three groups: two lines of a.ini in two of them, one line of b.ini in the third.
struct Plan {
  ChangeSet changes;
  Report report;

  Plan() {
    const auto line = [](LineKind kind, int old_line, int new_line, const char* text) {
      DiffLine made;
      made.kind = kind;
      made.old_line = old_line;
      made.new_line = new_line;
      made.text = text;
      return made;
    };
    for (const char* path : {"a.ini", "b.ini"}) {
      FileChange file;
      file.old_path = file.new_path = path;
      file.old_mode = file.new_mode = k_mode_file;
      const int hunks = path[0] == 'a' ? 2 : 1;
      for (int i = 0; i < hunks; ++i) {
        Hunk hunk;
        hunk.old_start = hunk.new_start = 10 * i + 1;
        hunk.old_lines = hunk.new_lines = 1;
        hunk.lines = {line(LineKind::removed, 10 * i + 1, 0, "old"),
                      line(LineKind::added, 0, 10 * i + 1, "new")};
        file.hunks.push_back(hunk);
        Chunk chunk;
        chunk.id = "c" + std::to_string(report.chunks.size() + 1);
        chunk.path = path;
        chunk.file = changes.files.size();
        chunk.hunk = i;
        chunk.old_start = chunk.new_start = 10 * i + 1;
        chunk.old_lines = chunk.new_lines = 1;
        report.chunks.push_back(chunk);
        SplitGroup group;
        group.id = "g" + std::to_string(report.chunks.size());
        group.chunks = {chunk.id};
        group.additions = group.deletions = group.files = 1;
        report.split.groups.push_back(group);
      }
      changes.files.push_back(file);
    }
    report.split.groups[2].depends_on = {"g1"};
    report.split.recommended = true;
    report.split.reasons = {"of the plan that was not proven"};
    report.stats.additions = report.stats.deletions = 3;
  }
};

// Four changed lines review well.
Policy small_changes() {
  Policy policy;
  policy.split.max_lines = 4;
  return policy;
}

std::vector<std::string> trees_of(const std::vector<std::string>& patches, const char* last) {
  std::vector<std::string> trees(patches.size(), "between");
  trees.back() = last;
  return trees;
}

} // namespace

TEST_CASE("a plan that rebuilds the head is shown as it is, with its proof", "[split_proof]") {
  Plan plan;
  SeriesDouble series;
  series.trees = [](const auto& patches) { return trees_of(patches, "head"); };
  CHECK(prove_split(series, plan.changes, plan.report, small_changes()).size() == 3);
  CHECK(plan.report.split.proof == "head");
  CHECK(plan.report.split.recommended);
}

TEST_CASE("a plan that fails is made coarser: first groups that share a file, then all",
          "[split_proof]") {
  Plan plan;
  SeriesDouble series;
  std::size_t most = 2;
  series.trees = [&](const auto& patches) {
    return trees_of(patches, patches.size() <= most ? "head" : "other");
  };
  CHECK(prove_split(series, plan.changes, plan.report, small_changes()).size() == 2);
  const std::vector<SplitGroup>& groups = plan.report.split.groups;
  REQUIRE(groups.size() == 2);
  CHECK(groups[0].chunks == std::vector<std::string>{"c1", "c2"});
  CHECK(groups[0].additions == 2);
  CHECK(groups[0].files == 1);
  CHECK(groups[1].depends_on == std::vector<std::string>{"g1"});
  CHECK(plan.report.split.recommended); // 4 of 6 lines in the largest part
  CHECK(plan.report.split.reasons == std::vector<std::string>{"6 changed lines, more than 4"});

  most = 1;
  Plan again;
  CHECK(prove_split(series, again.changes, again.report, small_changes()).size() == 1);
  REQUIRE(again.report.split.groups.size() == 1);
  CHECK(again.report.split.groups[0].chunks == std::vector<std::string>{"c1", "c2", "c3"});
  CHECK(again.report.split.groups[0].depends_on.empty());
  CHECK_FALSE(again.report.split.recommended); // one part is no split
  REQUIRE(again.report.split.reasons.size() == 1);
  CHECK(again.report.split.reasons[0].find("no useful split was found") != std::string::npos);
}

TEST_CASE("a plan that cannot be proven is not shown", "[split_proof]") {
  Plan plan;
  SeriesDouble series;
  series.trees = [](const auto&) -> std::vector<std::string> {
    throw Error(ErrorKind::bad_input, "a.ini:1: the patch expects another line");
  };
  CHECK(prove_split(series, plan.changes, plan.report, small_changes()).empty());
  CHECK(series.asked == 3);
  CHECK(plan.report.split.groups.empty());
  CHECK(plan.report.split.proof.empty());
  CHECK_FALSE(plan.report.split.recommended);
  REQUIRE(plan.report.split.reasons.size() == 1);
  CHECK(plan.report.split.reasons[0] ==
        "no split could be proven: a.ini:1: the patch expects another line");
}

TEST_CASE("what may work later is not taken for a plan that fails", "[split_proof]") {
  Plan plan;
  SeriesDouble series;
  series.trees = [](const auto&) -> std::vector<std::string> {
    throw Error(ErrorKind::unavailable, "no memory");
  };
  CHECK_THROWS_AS(prove_split(series, plan.changes, plan.report, small_changes()), Error);
}
