#include "analyzers/split/plan.hpp"

#include "tests/analyzers/split/folder_double.hpp"
#include "tests/analyzers/split/split_builder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>
#include <set>

using namespace leadline;
using leadline::test::FolderDouble;
using leadline::test::outline;
using leadline::test::SplitBuilder;

namespace {

using Rows = std::vector<std::string>;

const std::vector<std::string> k_old_pool = {" [pgbouncer]", "-max_client_conn = 200",
                                             "+max_client_conn = 20", " pool_mode = transaction"};

} // namespace

TEST_CASE("a line at stake is a group of its own and merges first", "[split][plan]") {
  SplitBuilder builder;
  builder.file("tls/server.conf", "tls",
               {{"-ssl_certificate old.pem;", "+ssl_certificate new.pem;"}});
  builder.file("db/pgbouncer.ini", "connection-pool", {k_old_pool}).at_stake();
  builder.file("log/format.conf", "logging", {{"-log_format plain;", "+log_format json;"}});
  const SplitPlan plan = plan_split(builder.changes, builder.report, {});
  CHECK(outline(builder, plan) == Rows{"connection-pool: db/pgbouncer.ini", "tls: tls/server.conf",
                                       "logging: log/format.conf"});
  CHECK(plan.recommended);
}

TEST_CASE("one file is parted only where its chunks are about different weighty things",
          "[split][plan]") {
  SplitBuilder builder;
  builder.file("db/pgbouncer.ini", "tls",
               {{"-cert = a.pem", "+cert = b.pem"}, k_old_pool, {" x", "+verbose = 2"}});
  builder.report.chunks[1].domain = "connection-pool";
  builder.report.chunks[2].domain = "logging";
  CHECK(plan_split(builder.changes, builder.report, {}).groups.size() == 3);

  SplitBuilder code;
  code.file("src/pool.cpp", "application-code",
            {{"-int a;", "+int b;"}, {" x", "+int c;"}, {" y", "+int d;"}});
  CHECK(plan_split(code.changes, code.report, {}).groups.size() == 1);
}

TEST_CASE("a file and its test, and files that change the same names, are one group",
          "[split][plan]") {
  SplitBuilder builder;
  builder.file("src/limiter.go", "application-code",
               {{" type x", "+func TokenBucket(rate int) int { return rate }"}});
  builder.file("src/limiter_test.go", "tests",
               {{" import x", "+if TokenBucket(3) != 3 { t.Fatal(3) }"}});
  builder.file("web/banner.css", "application-code", {{"-color: red;", "+color: blue;"}});
  const SplitPlan plan = plan_split(builder.changes, builder.report, {});
  const Rows rows = outline(builder, plan);
  CHECK(std::find(rows.begin(), rows.end(),
                  "application-code: src/limiter.go src/limiter_test.go") != rows.end());
}

TEST_CASE("the same edit is parted between folders that are many of a pattern, and only there",
          "[split][plan]") {
  SplitBuilder builder;
  const std::vector<std::string> edit = {" tags {", "-  team = payments_core",
                                         "+  team = checkout_core"};
  builder.file("envs/civil-staging/pool.tf", "connection-pool", {edit});
  builder.file("envs/civil-uat/pool.tf", "connection-pool", {edit});
  builder.file("envs/apples/ripe.tf", "application-code", {{"-fruit = 3", "+fruit = 4"}});
  builder.file("envs/pears/green.tf", "application-code", {{"-crate = 1", "+crate = 5"}});
  const auto together = [&](const FileSource& files) {
    const Rows rows = outline(builder, plan_split(builder.changes, builder.report, {}, files));
    return std::any_of(rows.begin(), rows.end(), [](const std::string& row) {
      return row.find("civil-staging") != std::string::npos &&
             row.find("civil-uat") != std::string::npos;
    });
  };
  CHECK(together(NoFiles()));
  FolderDouble files;
  for (const char* name : {"a", "apples", "b", "c", "civil-staging", "civil-uat", "pears"}) {
    files.add("envs", name, {"main.tf", "pool.tf"});
  }
  CHECK(together(files));
  files.add("envs", "d", {"main.tf", "pool.tf"});
  CHECK_FALSE(together(files));
}

TEST_CASE("what defines a name merges before what uses it", "[split][plan]") {
  SplitBuilder builder;
  builder.file("a/use.py", "caching", {{" import b", "+value = make_eviction_policy(3)"}})
      .at_stake();
  builder.file("z/define.py", "logging",
               {{" import c", "+def make_eviction_policy(size):", "+    return size"}});
  const SplitPlan plan = plan_split(builder.changes, builder.report, {});
  REQUIRE(plan.groups.size() == 2);
  CHECK(outline(builder, plan).front() == "logging: z/define.py");
  CHECK(plan.groups[1].depends_on == std::vector<std::string>{plan.groups[0].id});
}

TEST_CASE("what a risky line needs comes directly before it, not behind the rest",
          "[split][plan]") {
  SplitBuilder builder;
  builder.file("a/use.py", "caching", {{" import b", "+value = make_eviction_policy(3)"}})
      .at_stake();
  builder.added("log/format.conf", "logging", Rows(420, "log_format wide;"));
  builder.file("z/define.py", "feature-flag",
               {{" import c", "+def make_eviction_policy(size):", "+    return size"}});
  const SplitPlan plan = plan_split(builder.changes, builder.report, {});
  CHECK(outline(builder, plan) ==
        Rows{"feature-flag: z/define.py", "caching: a/use.py", "logging: log/format.conf"});
  CHECK(plan.groups[0].why.find("make_eviction_policy") != std::string::npos);
  CHECK(plan.groups[2].why.find("bound to nothing else") != std::string::npos);
  CHECK(plan.groups[0].why.find("bound to nothing else") == std::string::npos);
}

TEST_CASE("a group at stake that has to be joined keeps its name and says why", "[split][plan]") {
  SplitBuilder builder;
  builder
      .file("db/db.py", "connection-pool",
            {{" import m", "+max_overflow = emit_pool_metric(3)", "+def limited_pool(size):"}})
      .at_stake();
  builder.file("metrics/m.py", "logging",
               {{" import db", "+def emit_pool_metric(size):", "+    gauge = limited_pool(size)",
                 "+    gauge.set(size)", "+    return gauge"}});
  const SplitPlan plan = plan_split(builder.changes, builder.report, {});
  REQUIRE(plan.groups.size() == 1);
  CHECK(plan.groups[0].id == "connection-pool");
  CHECK(plan.groups[0].why.find("by itself") == std::string::npos);
  CHECK(plan.groups[0].why.find("(emit_pool_metric, limited_pool)") != std::string::npos);
}

TEST_CASE("a small change about one thing is left whole, with the reason", "[split][plan]") {
  SplitBuilder builder;
  builder.file("src/pool.cpp", "application-code", {{"-int a;", "+int b;"}});
  const SplitPlan plan = plan_split(builder.changes, builder.report, {});
  CHECK_FALSE(plan.recommended);
  REQUIRE(plan.reasons.size() == 1);
  CHECK(plan.reasons[0].find("reviews well as it is") != std::string::npos);
  CHECK(plan_split({}, {}, {}).groups.empty());
}

TEST_CASE("size beyond the policy's limit recommends a split", "[split][plan]") {
  SplitBuilder builder;
  std::vector<std::string> lines(30, "ssl_certificate a;");
  builder.added("tls/a.conf", "tls", lines);
  builder.added("log/b.conf", "logging", std::vector<std::string>(30, "log_format b;"));
  Policy policy;
  policy.split.max_lines = 60;
  CHECK_FALSE(plan_split(builder.changes, builder.report, policy).recommended);
  policy.split.max_lines = 59;
  CHECK(plan_split(builder.changes, builder.report, policy).recommended);
}

TEST_CASE("the policy says how hidden, and in how many domains, risky lines are to be parted",
          "[split][plan]") {
  SplitBuilder builder;
  builder.file("db/pgbouncer.ini", "connection-pool", {k_old_pool}).at_stake(0.6);
  builder.file("edge/tls.conf", "tls", {{"-verify on;", "+verify off;"}}).at_stake(0.1);
  Policy policy;
  policy.split.buried_percent = 60;
  policy.split.risky_domains = 3;
  SplitPlan plan = plan_split(builder.changes, builder.report, policy);
  CHECK(plan.recommended);
  REQUIRE(plan.reasons.size() == 1);
  CHECK(plan.reasons[0].find("easy to miss") != std::string::npos);
  policy.split.buried_percent = 61;
  CHECK_FALSE(plan_split(builder.changes, builder.report, policy).recommended);
  policy.split.risky_domains = 2;
  plan = plan_split(builder.changes, builder.report, policy);
  CHECK(plan.reasons == Rows{"risky changes in 2 domains"});
}

TEST_CASE("a plan is a partition of all chunks with needs before their users, whatever the change",
          "[split][plan]") {
  std::mt19937 random(7); // fixed: the same changes every time
  const std::vector<std::string> domains = {
      "tls", "logging", "connection-pool", "application-code", "tests", "docs"};
  const auto pick = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
  for (int round = 0; round < 200; ++round) {
    CAPTURE(round);
    SplitBuilder builder;
    const std::size_t files = 1 + pick(round % 50 == 0 ? 400 : 12);
    for (std::size_t i = 0; i < files; ++i) {
      std::vector<std::vector<std::string>> hunks(1 + pick(3));
      for (auto& hunk : hunks) {
        hunk = {" context"};
        for (std::size_t line = pick(4) + 1; line > 0; --line) {
          hunk.push_back((pick(2) == 0 ? "-def name" : "+def name") + std::to_string(pick(30)) +
                         " name" + std::to_string(pick(30)));
          if (pick(3) == 0) {
            hunk.push_back(" between");
          }
        }
      }
      // In a run all removed lines stand before the added ones, as in a diff.
      for (auto& hunk : hunks) {
        for (auto run = hunk.begin(); run != hunk.end();) {
          const auto end =
              std::find_if(run, hunk.end(), [](const std::string& line) { return line[0] == ' '; });
          std::stable_sort(run, end, [](const std::string& a, const std::string& b) {
            return a[0] == '-' && b[0] == '+';
          });
          run = end == hunk.end() ? end : end + 1;
        }
      }
      builder.file("d" + std::to_string(pick(4)) + "/f" + std::to_string(i),
                   domains[pick(domains.size())], hunks);
      if (pick(6) == 0) {
        builder.at_stake();
      }
    }
    const SplitPlan plan = plan_split(builder.changes, builder.report, {});
    std::set<std::string> seen;
    std::set<std::string> ids;
    std::size_t chunks = 0;
    int additions = 0;
    for (const SplitGroup& group : plan.groups) {
      for (const std::string& need : group.depends_on) {
        CHECK(ids.count(need) == 1);
      }
      CHECK(ids.insert(group.id).second);
      CHECK_FALSE(group.chunks.empty());
      CHECK_FALSE(group.title.empty());
      seen.insert(group.chunks.begin(), group.chunks.end());
      chunks += group.chunks.size();
      additions += group.additions;
    }
    CHECK(chunks == builder.report.chunks.size());
    CHECK(seen.size() == chunks);
    CHECK(additions == builder.report.stats.additions);
  }
}

TEST_CASE("a push that adds to one concern leaves the ids and the order of the others",
          "[split][plan]") {
  const auto build = [](bool pushed) {
    SplitBuilder builder;
    builder.file("db/pgbouncer.ini", "connection-pool", {k_old_pool}).at_stake();
    builder.file("edge/tls.conf", "tls",
                 {{"-ssl_certificate old.pem;", "+ssl_certificate new.pem;"},
                  {" server {", "-ssl_protocols TLSv1.1;", "+ssl_protocols TLSv1.3;"}});
    builder.file("log/format.conf", "logging", {{"-log_format plain;", "+log_format json;"}});
    builder.file("src/limiter.go", "application-code",
                 {{" package x", "+func TokenBucket(rate int) int { return rate }"}});
    if (pushed) { // the follow-up: more of the same, and a line shift in another file
      builder.file("src/limiter_test.go", "tests",
                   {{" package x", "+func TestTokenBucket(t *testing.T) { TokenBucket(3) }"}});
      builder.changes.files[1].hunks[1].new_start += 5;
    }
    return plan_split(builder.changes, builder.report, {});
  };
  const SplitPlan before = build(false);
  const SplitPlan after = build(true);
  const auto ids = [](const SplitPlan& plan) {
    Rows found;
    for (const SplitGroup& group : plan.groups) {
      found.push_back(group.id);
    }
    return found;
  };
  REQUIRE(before.groups.size() == 4);
  REQUIRE(after.groups.size() == 4);
  const Rows old_ids = ids(before);
  const Rows new_ids = ids(after);
  CHECK(Rows(old_ids.begin(), old_ids.begin() + 3) == Rows(new_ids.begin(), new_ids.begin() + 3));
  CHECK(old_ids.front() == "connection-pool");
  for (std::size_t i = 0; i < 3; ++i) {
    CHECK(before.groups[i].chunks == after.groups[i].chunks);
    CHECK(before.groups[i].title == after.groups[i].title);
  }
}

TEST_CASE("hunks of one file are parted where nothing but the file binds them", "[split][plan]") {
  SplitBuilder builder;
  std::vector<std::string> second = {" x", "-retry_budget = 3", "+retry_budget = 5"};
  builder.file("server.conf", "application-code",
               {{"-certificate_path = /etc/old.pem", "+certificate_path = /etc/new.pem"}, second});
  builder.file("client.conf", "application-code",
               {{" y", "-retry_budget = 3", "+retry_budget = 5"}});
  builder.report.chunks[1].new_start = builder.report.chunks[1].old_start = 4000;
  const SplitPlan plan = plan_split(builder.changes, builder.report, {});
  REQUIRE(plan.groups.size() == 2);
  CHECK(plan.groups[0].chunks == Rows{"c1"});
  CHECK(plan.groups[1].chunks == Rows{"c2", "c3"});
}

TEST_CASE("a name binds an order only within a language", "[split][plan]") {
  for (const bool same : {true, false}) {
    SplitBuilder builder;
    builder.file(same ? "a/use.py" : "a/use.yml", "caching",
                 {{" import b", "+value = make_eviction_policy(3)"}});
    builder.at_stake();
    builder.file("z/define.py", "logging", {{" import c", "+def make_eviction_policy(size):"}});
    const SplitPlan plan = plan_split(builder.changes, builder.report, {});
    REQUIRE(plan.groups.size() == 2);
    CHECK(plan.groups[1].depends_on.empty() != same);
    CHECK((plan.groups[0].domain == "logging") == same);
  }
}
