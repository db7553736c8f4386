#include "analyzers/split/recommend.hpp"

#include "tests/analyzers/split/split_builder.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::SplitBuilder;

namespace {

using Lines = std::vector<std::string>;

// A plan with one group for each row of chunk ids.
SplitPlan plan_of(const std::vector<Lines>& groups) {
  SplitPlan plan;
  for (const Lines& chunks : groups) {
    SplitGroup group;
    group.id = "g" + std::to_string(plan.groups.size());
    group.chunks = chunks;
    plan.groups.push_back(group);
  }
  return plan;
}

Policy policy_of(int max_lines) {
  Policy policy;
  policy.split.max_lines = max_lines;
  return policy;
}

bool says(const SplitPlan& plan, const std::string& words) {
  return plan.reasons.size() == 1 && plan.reasons[0].find(words) != std::string::npos;
}

} // namespace

TEST_CASE("size recommends a split only where the largest part shrinks by a fifth",
          "[split][recommend]") {
  struct Row {
    int large;
    int small;
    bool recommended;
  };
  for (const Row& row :
       {Row{80, 20, true}, Row{81, 19, false}, Row{50, 50, true}, Row{100, 0, false}}) {
    CAPTURE(row.large);
    SplitBuilder builder;
    builder.added("a.txt", "docs", Lines(static_cast<std::size_t>(row.large), "line"));
    SplitPlan plan = plan_of({{"c1"}});
    if (row.small > 0) {
      builder.added("b.txt", "docs", Lines(static_cast<std::size_t>(row.small), "line"));
      plan = plan_of({{"c1"}, {"c2"}});
    }
    recommend_split(builder.report, policy_of(99), plan);
    CHECK(plan.recommended == row.recommended);
    CHECK(says(plan, "100 changed lines, more than 99"));
    CHECK(says(plan, "no useful split was found") != row.recommended);
    CHECK_FALSE(says(plan, "reviews well"));
    recommend_split(builder.report, policy_of(100), plan);
    CHECK_FALSE(plan.recommended);
    CHECK(says(plan, "reviews well as it is"));
  }
}

TEST_CASE("a small part with a risky line is worth a split of a large change",
          "[split][recommend]") {
  SplitBuilder builder;
  builder.file("pool.ini", "connection-pool", {{"-size = 9", "+size = 1"}}).at_stake(0.1);
  builder.added("log.conf", "logging", Lines(98, "log"));
  SplitPlan plan = plan_of({{"c1"}, {"c2"}});
  recommend_split(builder.report, policy_of(99), plan);
  CHECK(plan.recommended);
  plan = plan_of({{"c1", "c2"}});
  recommend_split(builder.report, policy_of(99), plan);
  CHECK_FALSE(plan.recommended);
}

TEST_CASE("a hidden line recommends a split only where a part sets it apart",
          "[split][recommend]") {
  SplitBuilder builder;
  builder.file("pool.ini", "connection-pool", {{"-size = 9", "+size = 1"}}).at_stake(0.9);
  builder.added("log.conf", "logging", Lines(98, "log"));
  builder.file("site.css", "application-code", {{"-red", "+blue"}});
  SplitPlan plan = plan_of({{"c1"}, {"c2", "c3"}});
  recommend_split(builder.report, policy_of(400), plan);
  CHECK(plan.recommended);
  plan = plan_of({{"c1", "c2"}, {"c3"}});
  recommend_split(builder.report, policy_of(400), plan);
  CHECK_FALSE(plan.recommended);
  CHECK(says(plan, "no useful split was found that sets it apart"));
}

TEST_CASE("noise is not read, and no part of it counts", "[split][recommend]") {
  SplitBuilder builder;
  builder.added("a.txt", "docs", Lines(60, "line"));
  builder.added("b.txt", "docs", Lines(60, "line"));
  builder.added("lock.json", "generated", Lines(900, "line"));
  builder.report.chunks.back().noise = true;
  builder.report.stats.noise_lines = 900;
  SplitPlan plan = plan_of({{"c1"}, {"c2"}, {"c3"}});
  recommend_split(builder.report, policy_of(120), plan);
  CHECK_FALSE(plan.recommended);
  recommend_split(builder.report, policy_of(119), plan);
  CHECK(plan.recommended);
  plan = plan_of({{"c1", "c2"}, {"c3"}}); // parts nothing but noise
  recommend_split(builder.report, policy_of(119), plan);
  CHECK_FALSE(plan.recommended);
}
