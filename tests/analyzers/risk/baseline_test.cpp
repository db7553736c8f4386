#include "tests/analyzers/risk/rule_cases.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::judge_case;

namespace {

Baseline baseline(const std::string& key) {
  Baseline made;
  made.key = key;
  return made;
}

bool is_violated(const Baseline& rule, const std::string& path, const std::string& key,
                 const std::optional<std::string>& old_value,
                 const std::optional<std::string>& new_value) {
  Policy policy;
  policy.baselines.push_back(rule);
  const auto made = judge_case({"", path, key, old_value, new_value, ""}, policy);
  return made && made->rule == "baseline.violated";
}

} // namespace

TEST_CASE("a baseline's bounds hold in any unit that the parameter takes", "[baseline]") {
  struct Row {
    std::string what;
    std::string key;
    std::string minimum;
    std::string maximum;
    std::string value;
    bool violated;
  };
  for (const Row& row : {
           Row{"below", "app.acme_pool_size", "100", "", "99", true},
           Row{"at the minimum, with a suffix", "app.acme_pool_size", "100", "", "0.1k", false},
           Row{"below, with a suffix", "app.acme_pool_size", "200", "", "0.1k", true},
           Row{"megabytes against gigabytes", "app.memory", "1GB", "", "900MB", true},
           Row{"megabytes that are enough", "app.memory", "1GB", "", "1024MB", false},
           Row{"letters are read alike on both sides", "app.memory", "512m", "", "1g", false},
           Row{"and below", "app.memory", "512m", "", "256m", true},
           Row{"minutes against seconds", "svc.request_timeout", "", "90s", "2m", true},
           Row{"seconds against minutes", "svc.request_timeout", "30s", "2m", "60s", false},
           Row{"what cannot be compared is no pass", "svc.request_timeout", "30s", "", "soon",
               true},
           Row{"a percentage is no count", "app.acme_pool_size", "100", "", "80%", true},
       }) {
    CAPTURE(row.what);
    Baseline rule = baseline(row.key);
    if (!row.minimum.empty()) {
      rule.min = row.minimum;
    }
    if (!row.maximum.empty()) {
      rule.max = row.maximum;
    }
    CHECK(is_violated(rule, "deploy/app.yaml", row.key, "17", row.value) == row.violated);
  }
}

TEST_CASE("a baseline's values are compared as text and as numbers", "[baseline]") {
  Baseline rule = baseline("url.sslmode");
  rule.forbidden = {"disable", "Prefer"};
  CHECK(is_violated(rule, "a.yaml", "db.url.sslmode", "require", "DISABLE"));
  CHECK(is_violated(rule, "a.yaml", "db.url.sslmode", "require", "prefer"));
  CHECK_FALSE(is_violated(rule, "a.yaml", "db.url.sslmode", "require", "verify-full"));
  rule = baseline("app.wait_time");
  rule.allowed = {"30s", "1m"};
  CHECK_FALSE(is_violated(rule, "a.yaml", "app.wait_time", "30s", "60s"));
  CHECK(is_violated(rule, "a.yaml", "app.wait_time", "30s", "61s"));
  rule = baseline("app.workers");
  rule.forbidden = {"0"};
  CHECK(is_violated(rule, "a.yaml", "app.workers", "4", "00"));
}

TEST_CASE("a baseline's key matches the end of a path, in any spelling, or a catalogue id",
          "[baseline]") {
  Baseline rule = baseline("web.max-conn");
  rule.min = "100";
  CHECK(is_violated(rule, "a.yaml", "shop.web.maxConn", "200", "20"));
  CHECK(is_violated(rule, "a.yaml", "shop.web[0].MAX_CONN", "200", "20"));
  CHECK_FALSE(is_violated(rule, "a.yaml", "shop.mail.max_conn", "200", "20"));
  CHECK_FALSE(is_violated(rule, "a.yaml", "web.max_conn.note", "200", "20"));
  rule = baseline("pgbouncer.max_client_conn");
  rule.min = "100";
  CHECK(is_violated(rule, "pgbouncer.ini", "max_client_conn", "200", "20"));
}

TEST_CASE("a baseline's paths are globs over the whole path", "[baseline]") {
  Baseline rule = baseline("app.workers");
  rule.min = "4";
  rule.paths = {"deploy/*/app.yaml", "**/prod/**"};
  CHECK(is_violated(rule, "deploy/eu/app.yaml", "app.workers", "8", "2"));
  CHECK(is_violated(rule, "x/prod/y/z.yaml", "app.workers", "8", "2"));
  CHECK_FALSE(is_violated(rule, "deploy/eu/west/app.yaml", "app.workers", "8", "2"));
  CHECK_FALSE(is_violated(rule, "deploy/app.yaml", "app.workers", "8", "2"));
}

TEST_CASE("a baseline bounds the step in both directions", "[baseline]") {
  Baseline rule = baseline("app.workers");
  rule.max_change = 2;
  CHECK_FALSE(is_violated(rule, "a.yaml", "app.workers", "8", "4"));
  CHECK_FALSE(is_violated(rule, "a.yaml", "app.workers", "8", "16"));
  CHECK(is_violated(rule, "a.yaml", "app.workers", "8", "3"));
  CHECK(is_violated(rule, "a.yaml", "app.workers", "8", "17"));
  CHECK(is_violated(rule, "a.yaml", "app.workers", "8", "0"));
  CHECK_FALSE(is_violated(rule, "a.yaml", "app.workers", std::nullopt, "17"));
}

TEST_CASE("without its line a parameter is what its default says, also for a baseline",
          "[baseline]") {
  Baseline rule = baseline("postgresql.max_connections");
  rule.min = "200";
  CHECK(is_violated(rule, "postgresql.conf", "max_connections", "800", std::nullopt));
  rule.min = "50";
  CHECK_FALSE(is_violated(rule, "postgresql.conf", "max_connections", "800", std::nullopt));
  rule = baseline("app.workers");
  rule.min = "4";
  CHECK_FALSE(is_violated(rule, "a.yaml", "app.workers", "8", std::nullopt));
}
