#include "tests/analyzers/risk/rule_cases.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::check_case;
using leadline::test::judge_case;
using leadline::test::RuleCase;

namespace {

const std::string k_path = "deploy/app.yaml";
constexpr auto k_none = std::nullopt;

} // namespace

TEST_CASE("values that a program reads as another one, or not at all", "[rules][rules_malformed]") {
  for (const RuleCase& row : {
           RuleCase{"a port that no socket has", k_path, "web.port", "8080", "80800",
                    "value.malformed", Severity::high},
           RuleCase{"the highest port", k_path, "web.listen_port", "8080", "65535",
                    "address.changed"},
           RuleCase{"one of two ports", k_path, "web.ports", "8080:80", "8080:800000",
                    "value.malformed"},
           RuleCase{"a large number of no port", k_path, "web.import", "1", "800000", ""},
           RuleCase{"a network of three octets", k_path, "web.peers", "10.0.0.0/24", "10.0.0/24",
                    "value.malformed"},
           RuleCase{"the second of two networks", k_path, "web.peers", "10.0.0.0/8,10.1.0.0/16",
                    "10.0.0.0/8,10.1.0.0/61", "value.malformed"},
           RuleCase{"dates and paths are no networks", k_path, "web.acme_x", "2026/01",
                    "2026/01/300/40", ""},
           RuleCase{"no colon after the scheme", k_path, "api.acme_x", "https://a.example",
                    "https//a.example", "value.malformed"},
           RuleCase{"no such scheme", k_path, "api.acme_x", "https://a.example", "htps://a.example",
                    "value.malformed"},
           RuleCase{"two dots in a host", k_path, "db.host", "db.example.com", "db..example.com",
                    "value.malformed"},
           RuleCase{"a host with a comma", k_path, "db.host", "db.example.com", "db.example.com,",
                    "value.malformed"},
           RuleCase{"a day that never comes", k_path, "job.schedule", "0 3 28 2 *", "0 3 30 2 *",
                    "value.malformed"},
           RuleCase{"a step of nothing", k_path, "job.schedule", "*/5 * * * *", "*/0 * * * *",
                    "value.malformed"},
           RuleCase{"a range from high to low", k_path, "job.schedule", "0 9-17 * * *",
                    "0 17-9 * * *", "value.malformed"},
           RuleCase{"sixty runs where one was meant", k_path, "job.schedule", "0 3 * * *",
                    "* 3 * * *", "value.malformed", Severity::high},
           RuleCase{"a new job with sixty runs", k_path, "job.schedule", k_none, "* 3 * * *",
                    "value.malformed", Severity::medium},
           RuleCase{"every minute, all day, is said so", k_path, "job.acme_x", k_none, "* * * * *",
                    ""},
           RuleCase{"an expression of several lines", "prometheus/rules.yaml", "rules[A].expr",
                    "sum(\n  rate(x[5m])\n) > 1", "sum(\n  rate(x[5m]\n) > 1", "value.malformed"},
           RuleCase{"a quote in an expression", "prometheus/rules.yaml", "rules[A].expr",
                    "x{job=\"a\"} > 1", "x{job=\"a} > 1", "value.malformed"},
           RuleCase{"an apostrophe in a comment", "prometheus/rules.yaml", "rules[A].expr",
                    "# a\nx > 1", "# don't\nx > 1", ""},
           RuleCase{"half a placeholder", k_path, "cells.region", "{{ cell.region }}",
                    "{{ cell.region", "value.malformed", Severity::high},
           RuleCase{"the first line of a placeholder", k_path, "cells.region", k_none, "{{", ""},
           RuleCase{"JSON in one line", k_path, "cells.labels_x", "{\"a\": {\"b\": 1}}",
                    "{\"a\": {\"b\": {\"c\": 1}}}", ""},
       }) {
    check_case(row);
  }
}

TEST_CASE("limits beyond what the system gives", "[rules][rules_bounds]") {
  const std::string unit = "systemd/proxy.service";
  for (const RuleCase& row : {
           RuleCase{"more files than the kernel grants", unit, "Service.LimitNOFILE", "65536",
                    "1073741824", "limit.unreachable", Severity::high},
           RuleCase{"as many as it grants", unit, "Service.LimitNOFILE", "1048000", "1048576", ""},
           RuleCase{"it was so before", unit, "Service.LimitNOFILE", "1048577", "1048580", ""},
           RuleCase{"a new line says it too", unit, "Service.LimitNOFILE", k_none, "2000000",
                    "limit.unreachable"},
           RuleCase{"of another parameter", unit, "Service.LimitCORE", "65536", "65537", ""},
       }) {
    check_case(row);
  }
}

TEST_CASE("retries that do not end", "[rules][rules_retries]") {
  for (const RuleCase& row : {
           RuleCase{"without a number", k_path, "client.max_retries", "3", "-1",
                    "retries.unbounded"},
           RuleCase{"in words", k_path, "client.retries", "3", "forever", "retries.unbounded"},
           RuleCase{"as good as", k_path, "client.max_retries", "3", "500", "retries.unbounded"},
           RuleCase{"a new line", k_path, "client.max_retries", k_none, "-1", "retries.unbounded",
                    Severity::medium},
           RuleCase{"it was so before", k_path, "client.retries", "unlimited", "forever", ""},
           RuleCase{"one more", k_path, "client.max_retries", "3", "4", ""},
           RuleCase{"a pause is no number of attempts", k_path, "client.retry_delay", "3", "500",
                    "interval.changed"},
       }) {
    check_case(row);
  }
}

TEST_CASE("versions that changed a default", "[rules][rules_turning_point]") {
  for (const RuleCase& row : {
           RuleCase{"across it", k_path, "image", "rabbitmq:3.8.9", "rabbitmq:3.8.16-management",
                    "version.turning_point", Severity::high},
           RuleCase{"after it", k_path, "image", "rabbitmq:3.8.15", "rabbitmq:3.8.17", ""},
           RuleCase{"before it", k_path, "image", "rabbitmq:3.8.9", "rabbitmq:3.8.14", ""},
           RuleCase{"Java's own way to count", "Dockerfile", "FROM", "openjdk:8u181-jre",
                    "openjdk:8u191-jre", "version.turning_point"},
           RuleCase{"another product", k_path, "image", "rabbitmq-exporter-x:3.8.9",
                    "rabbits:3.8.16", ""},
           RuleCase{"a cluster", "terraform/main.tf", "cluster.kubernetes_version", "1.23", "1.24",
                    "version.turning_point"},
       }) {
    check_case(row);
  }
}

TEST_CASE("a line that goes or comes is held against the known default", "[rules][rules_default]") {
  const std::string path = "postgresql.conf";
  for (const RuleCase& row : {
           RuleCase{"the default is less", path, "max_connections", "800", k_none, "capacity.drop"},
           RuleCase{"the default is the same", path, "max_connections", "100", k_none, ""},
           RuleCase{"the default is more", path, "max_connections", "50", k_none, ""},
           RuleCase{"new, and far below the default", path, "max_connections", k_none, "10",
                    "capacity.drop"},
           RuleCase{"new, and near the default", path, "max_connections", k_none, "80", ""},
           RuleCase{"zero is no limit here", path, "statement_timeout", "30000", k_none,
                    "limit.removed", Severity::medium},
           RuleCase{"and none before", path, "statement_timeout", "0", k_none, ""},
           RuleCase{"no default is known", k_path, "app.acme_pool_size", "800", k_none, ""},
       }) {
    check_case(row);
  }
}

TEST_CASE("a grant of everything, in the ways in which it is written", "[rules][rules_exposure]") {
  for (const RuleCase& row : {
           RuleCase{"SQL", k_path, "user.grants.query", "GRANT SELECT ON app.*",
                    "GRANT SELECT ON *.*", "permission.widened", Severity::high},
           RuleCase{"a list of one", "rbac/role.yaml", "rules.verbs", "[\"get\"]", "[\"*\"]",
                    "permission.widened", Severity::high},
           RuleCase{"a principal", "iam/policy.json", "Statement.Principal.AWS",
                    "arn:aws:iam::1:root", "*", "exposure.wildcard", Severity::high},
           RuleCase{"some verbs", "rbac/role.yaml", "rules.verbs", "[\"get\"]",
                    "[\"get\", \"list\"]", ""},
       }) {
    check_case(row);
  }
}

TEST_CASE("what deletes by age loses data when the age falls", "[rules][rules_quantity]") {
  const auto urgency = [](const std::string& key) {
    return judge_case({"", k_path, key, "90", "10", ""})->urgency;
  };
  CHECK(urgency("image_cleanup.max_age_days") > urgency("images.max_age_days"));
  CHECK(judge_case({"", k_path, "image_cleanup.max_age_days", "90", "10", ""})->rule ==
        "retention.cut");
  CHECK(judge_case({"", k_path, "cleanup.session_ttl", "90m", "10m", ""})->rule == "ttl.cut");
}

TEST_CASE("a blank where a bound stood is graver than another blank", "[rules][rules_value]") {
  const auto urgency = [](const std::string& key, const std::string& value) {
    return judge_case({"", k_path, key, value, "", ""})->urgency;
  };
  CHECK(urgency("quota.limit", "100") >= 2);
  CHECK(urgency("store.retention", "30d") >= 2);
  CHECK(urgency("db.host", "db-1") < 2);
}
