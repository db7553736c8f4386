#include "analyzers/analyze.hpp"

#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

// Lines that go: what held them is compared with what holds without them.

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

// "rule severity" of the first finding of at least medium severity, "" without one. `part` is taken
// out of the text, or what `instead` says is put in its place.
std::string judged(const std::string& path, const std::string& text, const std::string& part,
                   const std::string& instead = "") {
  const std::size_t at = text.find(part);
  REQUIRE(at != std::string::npos);
  std::string after = text;
  after.replace(at, part.size(), instead);
  ChangeBuilder builder;
  builder.file(path, text, after);
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  if (report.findings.empty() || report.findings[0].severity == Severity::low) {
    return "";
  }
  return report.findings[0].rule + " " + std::string(name_of(report.findings[0].severity));
}

const std::string k_pod = R"(apiVersion: apps/v1
kind: Deployment
metadata:
  name: shop
spec:
  replicas: 3
  template:
    spec:
      containers:
      - name: web
        image: shop:1
        resources:
          limits:
            memory: 1Gi
        livenessProbe:
          httpGet:
            path: /alive
            port: 8080
        readinessProbe:
          httpGet:
            path: /ready
            port: 8080
          periodSeconds: 5
)";

const std::string k_alerts = R"(groups:
- name: disks
  rules:
  - alert: DiskFull
    expr: disk_used > 0.9
    labels:
      severity: page
  - alert: DiskSlow
    expr: disk_wait > 2
    labels:
      severity: warning
)";

const std::string k_routes = R"(route:
  receiver: chat
  routes:
  - match:
      severity: critical
    receiver: pagerduty-oncall
  - match:
      team: shop
    receiver: chat
receivers:
- name: chat
- name: pagerduty-oncall
  pagerduty_configs:
  - routing_key_file: /etc/key
)";

} // namespace

TEST_CASE("a removed line is judged as the change to the default", "[removed]") {
  struct Row {
    std::string path;
    std::string text;
    std::string part;
    std::string expected;
  };
  const std::string nginx = "server {\n  listen 443 ssl;\n  add_header Content-Security-Policy "
                            "\"default-src 'self'\";\n  add_header Strict-Transport-Security "
                            "\"max-age=63072000\";\n  location /admin {\n    auth_basic "
                            "\"staff\";\n    limit_req zone=one burst=5;\n    proxy_pass "
                            "http://a;\n  }\n}\n";
  for (
      const Row& row : {
          Row{"etc/sshd_config", "Port 22\nPermitRootLogin no\nUseDNS no\n", "PermitRootLogin no\n",
              "protection.removed high"},
          Row{"etc/pgbouncer.ini", "[pgbouncer]\nauth_type = cert\nlisten_port = 6432\n",
              "auth_type = cert\n", "protection.removed high"},
          Row{"db/postgresql.conf", "port = 5432\nsynchronous_commit = remote_apply\n",
              "synchronous_commit = remote_apply\n", "protection.removed high"},
          Row{"db/postgresql.conf", "port = 5432\narchive_mode = on\n", "archive_mode = on\n",
              "protection.removed high"},
          Row{"kafka/server.properties", "broker.id=1\nssl.client.auth=required\n",
              "ssl.client.auth=required\n", "protection.removed high"},
          Row{"etc/redis.conf", "port 6379\nrequirepass not-a-real-one\n",
              "requirepass not-a-real-one\n", "protection.removed high"},
          Row{"haproxy.cfg",
              "backend a\n  option httpchk GET /up\n  server w 10.0.0.1:80 check maxconn 200\n",
              "  option httpchk GET /up\n", "protection.removed medium"},
          Row{"haproxy.cfg",
              "backend a\n  option httpchk GET /up\n  server w 10.0.0.1:80 check maxconn 200\n",
              " check", "protection.removed high"},
          Row{"nginx/site.conf", nginx,
              "  add_header Content-Security-Policy \"default-src 'self'\";\n",
              "protection.removed high"},
          Row{"nginx/site.conf", nginx,
              "  add_header Strict-Transport-Security \"max-age=63072000\";\n",
              "protection.removed high"},
          Row{"nginx/site.conf", nginx, "    auth_basic \"staff\";\n", "protection.removed high"},
          Row{"nginx/site.conf", nginx, "    limit_req zone=one burst=5;\n",
              "limit.removed medium"},
          Row{"k8s/shop.yaml", k_pod,
              "        resources:\n          limits:\n            memory: "
              "1Gi\n",
              "limit.removed medium"},
          Row{"k8s/shop.yaml", k_pod, "  replicas: 3\n", "replicas.single medium"},
          Row{"cmd/main.go",
              "package main\nvar s = &http.Server{\n\tAddr: \":80\",\n\tReadTimeout: 30 * "
              "time.Second,\n}\n",
              "\tReadTimeout: 30 * time.Second,\n", "limit.removed medium"},
          Row{"cmd/main.go",
              "package main\nvar c = &tls.Config{\n\tServerName: \"x\",\n\tMinVersion: "
              "tls.VersionTLS13,\n}\n",
              "\tMinVersion: tls.VersionTLS13,\n", "protection.removed medium"},
          Row{"etc/pgbouncer.ini", "[pgbouncer]\nlisten_port = 6432\npool_mode = transaction\n",
              "pool_mode = transaction\n", "mode.changed medium"},
          Row{"k8s/shop.yaml",
              "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n      - name: "
              "a\n        livenessProbe:\n          timeoutSeconds: 10\n          httpGet:\n       "
              "     path: /a\n",
              "          timeoutSeconds: 10\n", "timeout.cut medium"},
          Row{"db/main.tf",
              "resource \"aws_db_instance\" \"m\" {\n  engine = \"postgres\"\n  "
              "backup_retention_period = 14\n}\n",
              "  backup_retention_period = 14\n", "retention.cut high"},
          // A step that is only tuning.
          Row{"k8s/shop.yaml",
              "kind: Deployment\nspec:\n  template:\n    spec:\n      containers:\n      - name: "
              "a\n        livenessProbe:\n          timeoutSeconds: 2\n          httpGet:\n        "
              "    path: /a\n",
              "          timeoutSeconds: 2\n", ""},
          // What the program does without the line anyway, or better.
          Row{"db/postgresql.conf", "port = 5432\nsynchronous_commit = on\n",
              "synchronous_commit = on\n", ""},
          Row{"db/postgresql.conf", "port = 5432\nsynchronous_commit = off\n",
              "synchronous_commit = off\n", ""},
          Row{"etc/sshd_config", "Port 22\nPermitRootLogin yes\n", "PermitRootLogin yes\n", ""},
          Row{"nginx/site.conf", "server {\n  listen 80;\n  auth_basic off;\n}\n",
              "  auth_basic off;\n", ""},
          Row{"etc/haproxy.cfg", "global\n  daemon\n  stats timeout 30s\n", "  stats timeout 30s\n",
              ""},
      }) {
    CAPTURE(row.path, row.part);
    CHECK(judged(row.path, row.text, row.part) == row.expected);
  }
  // Commented out is removed.
  CHECK(judged("etc/sshd_config", "Port 22\nPermitRootLogin no\n", "PermitRootLogin no",
               "# PermitRootLogin no") == "protection.removed high");
}

TEST_CASE("what guards access or data is told of a longer run, too, but is no alarm there",
          "[removed]") {
  std::string few = "fsync = on\nssl = on\n";
  std::string many = few;
  for (int i = 0; i < 20; ++i) {
    (i < 6 ? few : many) += "custom_" + std::to_string(i) + " = 1\n";
  }
  CHECK(judged("db/postgresql.conf", "port = 5432\n" + few, few) == "protection.removed medium");
  CHECK(judged("db/postgresql.conf", "port = 5432\n" + many + few, many + few) == "");
}

TEST_CASE("the title of a removed line says what holds without it", "[removed]") {
  ChangeBuilder builder;
  builder.file("etc/sshd_config", "Port 22\nPermitRootLogin no\n", "Port 22\n");
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].title.find("PermitRootLogin = no removed: the default is "
                                      "prohibit-password") == 0);
  CHECK(report.findings[0].side == Side::base);
}

TEST_CASE("a removed probe is found on its container, not with it", "[removed]") {
  const std::string readiness = k_pod.substr(k_pod.find("        readinessProbe"));
  const std::string liveness =
      k_pod.substr(k_pod.find("        livenessProbe"),
                   k_pod.find("        readinessProbe") - k_pod.find("        livenessProbe"));
  CHECK(judged("deploy/shop.yaml", k_pod, readiness) == "protection.removed medium");
  CHECK(judged("deploy/shop.yaml", k_pod, liveness) == "protection.removed medium");
  // Only the way to ask is another one.
  CHECK(judged("deploy/shop.yaml", k_pod,
               "          httpGet:\n            path: /ready\n            port: 8080\n",
               "          tcpSocket:\n            port: 8080\n") == "");
  const std::string compose = "services:\n  web:\n    image: shop:1\n    healthcheck:\n      test: "
                              "curl -f http://localhost\n      interval: 10s\n  cron:\n    image: "
                              "cron:1\n    healthcheck:\n      test: pgrep cron\n";
  CHECK(judged("docker-compose.yml", compose, "    healthcheck:\n      test: pgrep cron\n") ==
        "protection.removed medium");
  // A service that goes takes its health check along.
  CHECK(judged("docker-compose.yml", compose,
               "  cron:\n    image: cron:1\n    healthcheck:\n      test: pgrep cron\n") == "");
}

TEST_CASE("what a service was told goes with the service", "[removed]") {
  const std::string services = "services:\n  api:\n    image: api:1\n    environment:\n      "
                               "PGSSLMODE: verify-full\n  old:\n    image: old:1\n    "
                               "environment:\n      PGSSLMODE: verify-full\n      X: 1\n";
  CHECK(judged("docker-compose.yml", services,
               "  old:\n    image: old:1\n    environment:\n      PGSSLMODE: verify-full\n      X: "
               "1\n") == "");
  CHECK(judged("docker-compose.yml", services, "      PGSSLMODE: verify-full\n      X: 1\n",
               "      X: 1\n") == "protection.removed high");
}

TEST_CASE("a removed alert that woke somebody is found", "[removed]") {
  const std::string page =
      k_alerts.substr(k_alerts.find("  - alert: DiskFull"),
                      k_alerts.find("  - alert: DiskSlow") - k_alerts.find("  - alert: DiskFull"));
  const std::string quiet = k_alerts.substr(k_alerts.find("  - alert: DiskSlow"));
  CHECK(judged("monitoring/rules.yaml", k_alerts, page) == "alert.removed medium");
  CHECK(judged("prod/rules.yaml", k_alerts, page) == "alert.removed high");
  CHECK(judged("monitoring/rules.yaml", k_alerts, quiet) == "");
  // The same condition under another name, or another alert in its place.
  CHECK(judged("monitoring/rules.yaml", k_alerts, "DiskFull", "DisksAreFull") == "");
  CHECK(judged("monitoring/rules.yaml", k_alerts, page,
               "  - alert: DiskWillFill\n    expr: predict_linear(disk_used[6h], 86400) > 1\n    "
               "labels:\n      severity: page\n") == "");
  // To another file.
  ChangeBuilder moved;
  std::string rest = k_alerts;
  rest.erase(rest.find(page), page.size());
  moved.file("monitoring/rules.yaml", k_alerts, rest)
      .file("monitoring/disks.yaml", "groups:\n- name: x\n  rules: []\n",
            "groups:\n- name: x\n  rules:\n" + page);
  for (const Finding& finding : analyze(moved.changes, moved, {}, Catalog::built_in()).findings) {
    CAPTURE(finding.title);
    CHECK(finding.severity == Severity::low);
  }
}

TEST_CASE("a removed way to who is woken is found", "[removed]") {
  CHECK(judged("alertmanager.yml", k_routes,
               "  - match:\n      severity: critical\n    receiver: pagerduty-oncall\n") ==
        "alert.removed high");
  CHECK(judged("alertmanager.yml", k_routes,
               "  pagerduty_configs:\n  - routing_key_file: /etc/key\n") == "alert.removed medium");
  CHECK(judged("alertmanager.yml", k_routes,
               "  - match:\n      team: shop\n    receiver: chat\n") == "");
}

TEST_CASE("a removed backup job is found, as an item and as a document", "[removed]") {
  const std::string jobs = "cronjobs:\n- name: backup\n  schedule: \"0 3 * * *\"\n- name: purge\n  "
                           "schedule: \"0 4 * * 0\"\n";
  CHECK(judged("cron.yaml", jobs, "- name: backup\n  schedule: \"0 3 * * *\"\n") ==
        "protection.removed high");
  CHECK(judged("cron.yaml", jobs, "- name: purge\n  schedule: \"0 4 * * 0\"\n") == "");
  const std::string backup = "---\napiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: "
                             "orders-backup\nspec:\n  schedule: \"0 3 * * *\"\n";
  CHECK(
      judged("jobs.yaml",
             "apiVersion: v1\nkind: Service\nmetadata:\n  name: shop\nspec:\n  type: ClusterIP\n" +
                 backup,
             backup) == "protection.removed high");
}

TEST_CASE("a backup job that goes with its file is found where its neighbours stay", "[removed]") {
  const std::string job = "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: "
                          "orders-backup\nspec:\n  schedule: \"0 3 * * *\"\n";
  ChangeBuilder alone;
  alone.file("orders/backup.yaml", job, "").file("orders/app.yaml", "name: x\n", "name: y\n");
  const Report report = analyze(alone.changes, alone, {}, Catalog::built_in());
  REQUIRE_FALSE(report.findings.empty());
  CHECK(report.findings[0].rule == "protection.removed");
  CHECK(report.findings[0].severity == Severity::medium);
  ChangeBuilder all;
  all.file("orders/backup.yaml", job, "").file("orders/app.yaml", "name: x\n", "");
  for (const Finding& finding : analyze(all.changes, all, {}, Catalog::built_in()).findings) {
    CHECK(finding.severity == Severity::low);
  }
}

TEST_CASE("a protection of another service does not replace the one that goes", "[removed]") {
  const auto findings = [](const ChangeBuilder& builder) {
    std::string text;
    for (const Finding& finding :
         analyze(builder.changes, builder, {}, Catalog::built_in()).findings) {
      text += finding.severity >= Severity::medium ? finding.rule + " " : "";
    }
    return text;
  };
  SECTION("in one file") {
    ChangeBuilder builder;
    builder.file("app.yaml", "payments:\n  sslmode: verify-full\n  host: a\nblog:\n  host: b\n",
                 "payments:\n  host: a\nblog:\n  host: b\n  sslmode: verify-full\n");
    CHECK(findings(builder) == "protection.removed ");
  }
  SECTION("in the files of two services") {
    ChangeBuilder builder;
    builder.file("svc/payments/values.yaml", "tls:\n  verify: true\n  x: 1\n", "tls:\n  x: 1\n")
        .file("svc/blog/values.yaml", "tls:\n  y: 1\n", "tls:\n  verify: true\n  y: 1\n");
    CHECK(findings(builder) == "protection.removed ");
  }
  SECTION("moved up, or with its block, it is the same one") {
    ChangeBuilder up;
    up.file("app.yaml", "tls:\n  verify: true\nname: x\n",
            "name: x\nserver:\n  port: 1\n  tls:\n    verify: true\n");
    CHECK(findings(up) == "");
    ChangeBuilder block;
    block.file("app.yaml", "db:\n  sslmode: verify-full\n  pool_size: 17\nname: x\n",
               "name: x\nstore:\n  primary:\n    sslmode: verify-full\n    pool_size: 17\n");
    CHECK(findings(block) == "");
    ChangeBuilder base;
    base.file("svc/shop/prod/app.yaml", "tls:\n  verify: true\n  x: 1\n", "tls:\n  x: 1\n")
        .file("svc/shop/base/app.yaml", "tls:\n  y: 1\n", "tls:\n  verify: true\n  y: 1\n");
    CHECK(findings(base) == "");
  }
}
