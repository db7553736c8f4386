#include "analyzers/analyze.hpp"

#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

Report judged(const ChangeBuilder& builder) {
  return analyze(builder.changes, builder, {}, Catalog::built_in());
}

// The finding about that key, nullptr when there is none of at least medium severity.
const Finding* about(const Report& report, std::string_view key) {
  for (const Finding& finding : report.findings) {
    if (finding.setting && finding.setting->key.ends_with(key) &&
        finding.severity >= Severity::medium) {
      return &finding;
    }
  }
  return nullptr;
}

} // namespace

TEST_CASE("a setting that moved, or went with its block, is no finding", "[moved_settings]") {
  ChangeBuilder builder;
  builder.file("a.yaml", "one: 1\nencryption_enabled: true\ntwo: 2\n", "one: 1\ntwo: 2\n")
      .file("b.yaml", "three: 3\n", "three: 3\nencryption_enabled: true\n");
  CHECK(judged(builder).findings.empty());
  ChangeBuilder block;
  block.file("a.yaml",
             "one: 1\nold:\n  a: 1\n  b: 2\n  c: 3\n  d: 4\n  e: 5\n  encryption_enabled: true\n  "
             "f: 6\ntwo: 2\n",
             "one: 1\ntwo: 2\n");
  CHECK(judged(block).findings.empty());
  ChangeBuilder alone;
  alone.file("a.yaml", "one: 1\nencryption_enabled: true\ntwo: 2\n", "one: 1\ntwo: 2\n");
  const Report report = judged(alone);
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].rule == "protection.removed");
  CHECK(report.findings[0].side == Side::base);
  CHECK(report.findings[0].line == 2);
}

TEST_CASE("a protection that goes in production did not move into a test or into development",
          "[moved_settings]") {
  for (const std::string goal : {"tests/app.yaml", "deploy/dev/app.yaml"}) {
    CAPTURE(goal);
    ChangeBuilder builder;
    builder
        .file("deploy/prod/app.yaml", "one: 1\nencryption_enabled: true\ntwo: 2\n",
              "one: 1\ntwo: 2\n")
        .file(goal, "three: 3\n", "three: 3\nencryption_enabled: true\n");
    const Finding* finding = about(judged(builder), "encryption_enabled");
    CHECK(finding != nullptr);
  }
  ChangeBuilder base;
  base.file("deploy/prod/app.yaml", "one: 1\nencryption_enabled: true\ntwo: 2\n",
            "one: 1\ntwo: 2\n")
      .file("deploy/base/app.yaml", "three: 3\n", "three: 3\nencryption_enabled: true\n");
  CHECK(judged(base).findings.empty());
}

TEST_CASE("a setting that moved and changed on the way is judged as a change", "[moved_settings]") {
  SECTION("under another parent of one file") {
    ChangeBuilder builder;
    builder.file("app.yaml",
                 "db:\n  max_connections: 400\n  host: a\nweb:\n  title: x\n  color: red\n",
                 "db:\n  host: a\nweb:\n  title: x\n  color: red\n  pool:\n    max_connections: "
                 "40\n");
    const Report report = judged(builder);
    const Finding* finding = about(report, "max_connections");
    REQUIRE(finding != nullptr);
    CHECK(finding->rule == "capacity.drop");
    CHECK(finding->title.find("400 -> 40") != std::string::npos);
    CHECK(finding->side == Side::head);
  }
  SECTION("into another file, with others that stayed as they are") {
    ChangeBuilder builder;
    builder
        .file("svc/web.yaml",
              "request_timeout: 60s\nlog_format: json\nlisten_queue: 17\nname: web\n",
              "name: web\n")
        .file("svc/shared.yaml", "region: x\n",
              "region: x\nrequest_timeout: 6s\nlog_format: json\nlisten_queue: 17\n");
    const Report report = judged(builder);
    const Finding* finding = about(report, "request_timeout");
    REQUIRE(finding != nullptr);
    CHECK(finding->rule == "timeout.cut");
    CHECK(finding->path == "svc/shared.yaml");
    CHECK(finding->suggestion.empty());
    bool told = false;
    for (const std::string& reason : finding->reasons) {
      told = told || reason == "moved here from svc/web.yaml:1";
    }
    CHECK(told);
  }
  SECTION("two services have nothing to do with each other") {
    ChangeBuilder builder;
    builder.file("old/web.yaml", "request_timeout: 60s\nname: web\n", "name: web\n")
        .file("new/mail.yaml", "region: x\n", "region: x\nrequest_timeout: 6s\n");
    CHECK(about(judged(builder), "request_timeout") == nullptr);
  }
  SECTION("not where there are several") {
    ChangeBuilder builder;
    builder.file("svc/web.yaml",
                 "a:\n  request_timeout: 60s\nb:\n  request_timeout: 50s\nlog_format: json\n",
                 "a: {}\nb: {}\nc:\n  request_timeout: 6s\nlog_format: json\n");
    const Report report = judged(builder);
    for (const Finding& finding : report.findings) {
      CHECK(finding.rule != "timeout.cut");
    }
  }
}

TEST_CASE("a line that goes is held against the default that then holds", "[moved_settings]") {
  ChangeBuilder builder;
  builder.file("postgresql.conf", "port = 5432\nmax_connections = 800\nshared_buffers = 4GB\n",
               "port = 5432\nshared_buffers = 4GB\n");
  const Report report = judged(builder);
  const Finding* finding = about(report, "max_connections");
  REQUIRE(finding != nullptr);
  CHECK(finding->rule == "capacity.drop");
  CHECK(finding->side == Side::base);
  CHECK(finding->title.find("default 100") != std::string::npos);
  ChangeBuilder same;
  same.file("postgresql.conf", "port = 5432\nmax_connections = 100\n", "port = 5432\n");
  CHECK(judged(same).findings.empty());
  ChangeBuilder more;
  more.file("postgresql.conf", "port = 5432\nmax_connections = 50\n", "port = 5432\n");
  CHECK(about(judged(more), "max_connections") == nullptr);
}

TEST_CASE("a baseline holds in a long new block as well", "[moved_settings]") {
  std::string block;
  for (int i = 0; i < 20; ++i) {
    block += "key_" + std::to_string(i) + " = " + std::to_string(i) + "\n";
  }
  ChangeBuilder builder;
  builder.file("pgbouncer.ini", "[pgbouncer]\nlisten_port = 6432\n",
               "[pgbouncer]\nlisten_port = 6432\n" + block + "max_client_conn = 20\n");
  Policy policy;
  Baseline baseline;
  baseline.key = "pgbouncer.max_client_conn";
  baseline.min = "100";
  policy.baselines.push_back(baseline);
  const Report report = analyze(builder.changes, builder, policy, Catalog::built_in());
  REQUIRE_FALSE(report.findings.empty());
  CHECK(report.findings[0].rule == "baseline.violated");
  CHECK(report.verdict.conclusion == Conclusion::failure);
}

TEST_CASE("values that two blocks exchange did not move: each block has another one now",
          "[moved_settings]") {
  ChangeBuilder builder;
  builder.file("prod/app.ini",
               "[pgbouncer]\nmax_client_conn = 800\n[other]\nmax_client_conn = 80\n",
               "[pgbouncer]\nmax_client_conn = 80\n[other]\nmax_client_conn = 800\n");
  const Report report = judged(builder);
  const Finding* finding = about(report, "pgbouncer.max_client_conn");
  REQUIRE(finding != nullptr);
  CHECK(finding->setting->old_value == "800");
  CHECK(finding->setting->new_value == "80");
  CHECK(finding->severity >= Severity::high);
}
