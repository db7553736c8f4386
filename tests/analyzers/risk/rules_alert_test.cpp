#include "tests/analyzers/risk/rule_cases.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::check_case;
using leadline::test::RuleCase;

namespace {

const std::string k_path = "deploy/app.yaml";

} // namespace

TEST_CASE("alerts, schedules, versions and modes", "[rules][rules_alert]") {
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
           RuleCase{"hardly anything is logged", k_path, "app.log_level", "info", "fatal",
                    "verbosity.lowered"},
           RuleCase{"a louder alarm", rules, "rules[Hot].expr", "temperature > 70",
                    "temperature > 30", "alert.changed"},
           RuleCase{"a little more eager", rules, "rules[Hot].expr", "temperature > 70",
                    "temperature > 60", ""},
           RuleCase{"a display name", k_path, "app.display_name", "tcp", "http", ""},
       }) {
    check_case(row);
  }
}

TEST_CASE("what places pods and rewrites targets is found", "[rules][rules_alert]") {
  const auto medium = Severity::medium;
  for (const RuleCase& row : {
           RuleCase{"another taint", "k8s/dns.yaml", "spec.tolerations[0].key",
                    "node-role.kubernetes.io/master", "node.kubernetes.io/master", "mode.changed",
                    medium},
           RuleCase{"another topology", "k8s/web.yaml", "topologySpreadConstraints[0].topologyKey",
                    "topology.kubernetes.io/zone", "kubernetes.io/hostname", "mode.changed",
                    medium},
           RuleCase{"another port of all targets", "assets/kubelet.yaml",
                    "spec.endpoints[0].relabelings[0].replacement", "$1:9537", "$1:9637",
                    "pattern.changed", medium},
           RuleCase{"one machine where all were", "roles/cloud/tasks/main.yml", "[Write cert].when",
                    "inventory_hostname in groups['nodes']",
                    "inventory_hostname == groups['masters'][0]", "mode.changed", medium},
           RuleCase{"another group is no other number", "roles/cloud/tasks/main.yml",
                    "[Write cert].when", "inventory_hostname in groups['nodes']",
                    "inventory_hostname in groups['workers']", ""},
       }) {
    check_case(row);
  }
}
