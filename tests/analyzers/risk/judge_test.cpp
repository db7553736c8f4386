#include "tests/analyzers/risk/rule_cases.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::check_case;
using leadline::test::judge_case;
using leadline::test::RuleCase;

namespace {

const std::string k_path = "deploy/app.yaml";

} // namespace

TEST_CASE("alerts, schedules, versions and modes", "[rules][judge]") {
  const std::string rules = "prometheus/rules.yaml";
  for (const RuleCase& row : {
           RuleCase{"pager to chat", "alertmanager.yml", "route.receiver", "pagerduty-db",
                    "slack-low", "alert.downgraded", Severity::high},
           RuleCase{"nobody is woken", rules, "rules[PoolFull].labels.severity", "critical",
                    "warning", "alert.downgraded"},
           RuleCase{"fires later", rules, "rules[PoolFull].for", "5m", "30m", "alert.downgraded"},
           RuleCase{"fires at more", rules, "rules[Hot].expr", "temperature > 70",
                    "temperature > 75", "alert.downgraded"},
           RuleCase{"a rewritten expression", rules, "rules[Hot].expr", "temperature > 70",
                    "sum(temperature) > 70", ""},
           RuleCase{"only written in another way", rules, "rules[Hot].expr", "temperature > 70",
                    "temperature > 70.0", ""},
           RuleCase{"backups twice a day instead of hourly", "backup/job.yaml", "trigger.schedule",
                    "0 * * * *", "0 */12 * * *", "schedule.changed"},
           RuleCase{"a clean-up job", k_path, "cleanup.schedule", "0 3 * * *", "*/5 * * * *",
                    "schedule.destructive"},
           RuleCase{"another major version of a database", k_path, "image", "postgres:14.2",
                    "postgres:16.1", "version.stateful"},
           RuleCase{"a patch", k_path, "image", "postgres:14.2", "postgres:14.3", ""},
           RuleCase{"its exporter", k_path, "image", "postgres-exporter:0.9",
                    "postgres-exporter:1.0", ""},
           RuleCase{"any other image", k_path, "image", "acme/web:1.4", "acme/web:2.0", ""},
           RuleCase{"debug", k_path, "app.log_level", "info", "debug", "verbosity.raised"},
           RuleCase{"a little less", k_path, "app.log_level", "info", "warn", ""},
           RuleCase{"mode", k_path, "frontend.mode", "tcp", "http", "mode.changed"},
           RuleCase{"a display name", k_path, "app.display_name", "tcp", "http", ""},
       }) {
    check_case(row);
  }
}

TEST_CASE("the environment and the role of the file weigh the same change differently",
          "[rules][judge]") {
  const auto urgency = [](const std::string& path) {
    return leadline::test::judge_case({"", path, "web.memory_limit", "16Gi", "4Gi", ""})->urgency;
  };
  CHECK(urgency("clusters/production/web.yaml") > urgency("clusters/main/web.yaml"));
  CHECK(urgency("clusters/main/web.yaml") > urgency("clusters/staging/web.yaml"));
  CHECK(urgency("clusters/staging/web.yaml") > urgency("clusters/dev/web.yaml"));
  CHECK(urgency("tests/web.yaml") < urgency("clusters/main/web.yaml"));
  CHECK(urgency("docs/web.yaml") < urgency("clusters/main/web.yaml"));
  CHECK(judge_case({"", "tests/web.yaml", "web.tls_verify", "true", "false", ""})->urgency < 2);
  CHECK(urgency(".github/workflows/web.yaml") < 1);
}

TEST_CASE("a folder of tests weighs less down once, not twice", "[rules]") {
  const auto urgency = [](const std::string& path) {
    return judge_case({"", path, "db.acme_pool_size", "50", "5", ""})->urgency;
  };
  CHECK(urgency("tests/app.yaml") == urgency("fixtures/app.yaml"));
  CHECK(urgency("fixtures/app.yaml") < urgency("deploy/app.yaml"));
}

TEST_CASE("what slows or blinds is never critical", "[rules]") {
  const auto severity = [](const std::string& path, const std::string& key, const std::string& a,
                           const std::string& b) {
    return severity_of_urgency(judge_case({"", path, key, a, b, ""})->urgency);
  };
  CHECK(severity("varnish.yaml", "varnish.nuke_limit", "1000", "10") == Severity::high);
  CHECK(severity("k8s/deployment.yaml", "resources.limits.memory", "2Gi", "2Mi") ==
        Severity::critical);
}
