#include "analyzers/analyze.hpp"
#include "tests/analyzers/risk/rule_cases.hpp"
#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

// What ordinary changes of public repositories taught: edits that look like those the rules are for
// and are none.

using namespace leadline;
using leadline::test::ChangeBuilder;
using leadline::test::check_case;
using leadline::test::judge_case;
using leadline::test::RuleCase;

TEST_CASE("edits that change no value that a service reads", "[quiet]") {
  RuleCase row;
  row.rule = "";
  const auto check = [&](std::string what, std::string path, std::string key,
                         std::optional<std::string> before, std::optional<std::string> after) {
    row.what = std::move(what);
    row.path = std::move(path);
    row.key = std::move(key);
    row.old_value = std::move(before);
    row.new_value = std::move(after);
    check_case(row, {});
  };
  check("an expression without its marks", "vpc/main.tf", "aws_subnet[a].cidr_blocks",
        "${var.cidr_blocks}", "var.cidr_blocks");
  check("wiring of a module", "vpc/main.tf", "module.db.allowed_cidr_blocks",
        "module.vpc.outputs.vpc_cidr", "local.allowed_cidr_blocks");
  check("a chart's own value renamed", "templates/cm.yaml", "data.EMAIL_HOST",
        "{{ .Values.adminserver.emailHost }}", "{{ .Values.email.host }}");
  check("the version of a module", "db/main.tf", "module.aurora_postgres.version", "0.22.3",
        "1.3.1");
  check("less is said about a version", "db/main.tf", "aws_db_instance[postgres].engine_version",
        "9.3.14", "9.3");
  check("a team's name", "orders-uat/01-rbac.yaml", "subjects[team].name", "github:developers",
        "github:developers-live");
  check("a piece of a query", "rules.yaml", "expr.metrics_path", "\\\"/metrics\\\",",
        "\\\"/metrics\\\"})");
  check("a default that is written down", "deploy/pod.yaml", "spec.automountServiceAccountToken",
        std::nullopt, "true");
  check("a library of a service", "Cargo.toml", "dependencies.redis.version", "0.32", "1.2");
  check("a variable that gives the old value", "docker-compose.yml", "healthcheck.start_period",
        "10s", "$HEALTHCHECK_START_PERIOD");
  check("a block below a key", "templates/alertmanager.yaml", "spec.volumes",
        "{{ .Values.alertmanager.volumes }}", "");
  check("a group that is called cron", "roles/common/defaults/main.yml", "services.cron.group",
        "all", "cron");
  check("the version that a chart was made for", "chart/values.yaml", "image.tag", "1.25", "null");
  check("a constant of a function", "src/pay.ts", "limit", "10", "5");
  check("how long a text may be", "src/forms.ts", "fields.maxTitleLength", "200", "20");
  check("how a page looks", "src/grid.tsx", "columnWidth", "200", "20");
  check("a dashboard's axis", "grafana/dashboards/api.json", "yaxes[0].min", "0", "null");
  check("quotes of a template", "templates/cm.yaml", "upstream[core].server",
        "{{ template \"core\" . }}", "\"{{ template \"core\" .");
}

TEST_CASE("their neighbours are still found", "[quiet]") {
  const auto rule_of = [](std::string path, std::string key, std::optional<std::string> before,
                          std::optional<std::string> after) {
    RuleCase row;
    row.path = std::move(path);
    row.key = std::move(key);
    row.old_value = std::move(before);
    row.new_value = std::move(after);
    const std::optional<Concern> found = judge_case(row, {});
    return found && found->urgency >= 1 ? found->rule : "";
  };
  CHECK(rule_of("db/main.tf", "aws_db_instance[postgres].engine_version", "9.6", "9.3") ==
        "version.stateful");
  CHECK(rule_of("deploy/app.yaml", "db.host", "db.prod.example", "db.staging.example") ==
        "environment.crossed");
  CHECK(rule_of("roles/app/defaults/main.yml", "app_db_host", "{{ primary_db_host }}",
                "{{ replica_db_host }}") == "address.changed");
  // A port of a service is no version of it, and a colon in an expression begins no default.
  CHECK(rule_of("app/settings.yml", "addresses", "ca2.service.consul:8104",
                "ca2.service.consul:8101") == "address.changed");
  CHECK(rule_of("lb/main.tf", "health_check.port", "traffic-port",
                "${element(split(\":\", local.groups[count.index]), 1)}") == "address.changed");
  CHECK(rule_of("lb/nginx.conf", "proxy_ssl_verify", "on", "off") == "protection.disabled");
}

TEST_CASE("constants of programs that say what they bound are still found", "[quiet]") {
  for (const RuleCase& row : {
           RuleCase{"a pool", "src/db.ts", "poolSize", "50", "5", "capacity.drop"},
           RuleCase{"of an object", "src/db.ts", "limits.limit", "5000", "50", "capacity.drop"},
           RuleCase{"with a unit", "src/db.go", "interval", "30 * time.Second", "30 * time.Hour",
                    "unit.changed"},
           RuleCase{"in configuration", "deploy/app.yaml", "limit", "5000", "50", "capacity.drop"},
       }) {
    check_case(row);
  }
}

TEST_CASE("constants of somebody else's program are low", "[quiet]") {
  const auto severity_in = [](const std::string& path) {
    ChangeBuilder builder;
    builder.file(path, "export const maxConnections = 200;\n",
                 "export const maxConnections = 20;\n");
    const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
    return report.findings.at(0).severity;
  };
  CHECK(severity_in("src/db.js") >= Severity::medium);
  CHECK(severity_in("wwwroot/lib/db/db.js") == Severity::low);
}

TEST_CASE("directives of a unit may stand twice, settings of a service may not", "[quiet]") {
  const auto weighed = [](std::string path) {
    FileContext file;
    file.path = std::move(path);
    SettingChange change;
    change.new_setting = Setting{};
    Subject subject;
    subject.change = &change;
    subject.file = &file;
    Concern twice;
    twice.rule = "duplicate.key";
    twice.urgency = 1.5;
    return weigh(twice, subject, {}).has_value();
  };
  CHECK_FALSE(weighed("etc/systemd/system/app.service"));
  CHECK_FALSE(weighed("etc/systemd/system/app.service.d/limits.conf"));
  CHECK(weighed("etc/pgbouncer/pgbouncer.ini"));
}

TEST_CASE("the same change weighs less the further it is from production", "[quiet]") {
  const auto urgency = [](std::string path) {
    RuleCase row;
    row.path = std::move(path);
    row.key = "pgbouncer.max_client_conn";
    row.old_value = "200";
    row.new_value = "20";
    const std::optional<Concern> found = judge_case(row, {});
    return found ? found->urgency : 0;
  };
  const double production = urgency("overlays/prod/pgbouncer.ini");
  const double unknown = urgency("base/pgbouncer.ini");
  const double staging = urgency("overlays/staging/pgbouncer.ini");
  const double development = urgency("overlays/dev/pgbouncer.ini");
  CHECK(production > unknown);
  CHECK(unknown > staging);
  CHECK(staging > development);
  CHECK(severity_of_urgency(production) > severity_of_urgency(development));
}

TEST_CASE("one line added in many places is one finding at its gravest place", "[quiet]") {
  ChangeBuilder builder;
  for (const std::string name : {"a", "b", "c"}) {
    builder.file("net/" + name + ".tf", "resource \"aws_security_group_rule\" \"x\" {\n}\n",
                 "resource \"aws_security_group_rule\" \"x\" {\n  cidr_blocks = "
                 "[\"0.0.0.0/0\"]\n}\n");
  }
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  REQUIRE(report.findings.size() == 3);
  CHECK(report.findings[0].severity == Severity::medium);
  CHECK(report.findings[1].severity == Severity::low);
  CHECK(report.findings[2].severity == Severity::low);
}

TEST_CASE("a file that goes as a whole takes along what it protected", "[quiet]") {
  const std::string text = "bucket = \"state\"\nencrypt = true\n";
  ChangeBuilder builder;
  builder.file("project/production.backend", text, "");
  for (const Finding& finding :
       analyze(builder.changes, builder, {}, Catalog::built_in()).findings) {
    CAPTURE(finding.title);
    CHECK(finding.severity == Severity::low);
  }
}

TEST_CASE("a title shows where long values differ", "[quiet]") {
  const std::string before = "groups:\n- name: a\n  rules:\n  - alert: Slow\n    expr: |\n"
                             "      histogram_quantile(0.99,\n        sum(rate(x[5m])) by (le)\n"
                             "      ) > 1\n    for: 10m\n";
  std::string after = before;
  after.replace(after.find("> 1"), 3, "> 10");
  ChangeBuilder builder;
  builder.file("prometheus/alerts.yaml", before, after);
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  REQUIRE(report.findings.size() == 1);
  CAPTURE(report.findings[0].title);
  CHECK(report.findings[0].title.find("> 1 -> ) > 10") != std::string::npos);
}
