#include "analyzers/analyze.hpp"

#include "tests/analyzers/risk/rule_cases.hpp"
#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace leadline;
using leadline::test::ChangeBuilder;
using leadline::test::check_case;
using leadline::test::RuleCase;

TEST_CASE("a bare number where a unit stood is a lost unit", "[rules][lost_unit]") {
  const std::string path = "deploy/app.yaml";
  for (const RuleCase& row : {
           RuleCase{"read as seconds it would only be longer", path, "http.timeout", "50s", "90",
                    "unit.dropped", Severity::medium},
           RuleCase{"the same number", path, "http.timeout", "50s", "50", "unit.dropped",
                    Severity::medium},
           RuleCase{"a little less", path, "http.timeout", "50s", "45", "unit.dropped"},
           RuleCase{"a size", path, "acme.cache_size", "16Gi", "16", "unit.dropped"},
           RuleCase{"a key of no known kind", path, "acme.span", "50s", "50", "unit.dropped"},
           RuleCase{"a share", path, "acme.threshold", "80%", "80", "unit.dropped"},
           RuleCase{"a lifetime", path, "session.cache_ttl", "30m", "30", "unit.dropped"},
           RuleCase{"milliseconds, as PostgreSQL counts", "postgresql.conf", "statement_timeout",
                    "50s", "90", "unit.dropped", Severity::critical},
           RuleCase{"milliseconds, as the key says", path, "acme.timeout_ms", "50s", "90",
                    "unit.dropped", Severity::critical},
           RuleCase{"bytes, as Kubernetes counts", path, "resources.limits.memory", "512Mi", "512",
                    "unit.dropped"},
           RuleCase{"kilobytes, as PostgreSQL counts", "postgresql.conf", "work_mem", "64MB", "64",
                    "unit.dropped"},
           RuleCase{"as many whole processors", path, "resources.limits.cpu", "500m", "500",
                    "unit.dropped"},
       }) {
    check_case(row);
  }
}

TEST_CASE("a number in the unit that the program counts in has lost none", "[rules][lost_unit]") {
  const std::string path = "deploy/app.yaml";
  for (const RuleCase& row : {
           RuleCase{"seconds, as the key says", path, "acme.timeout_seconds", "50s", "50", ""},
           RuleCase{"an hour in seconds", path, "session.cache_ttl", "1h", "3600", ""},
           RuleCase{"another number of seconds, converted", path, "http.timeout", "1m", "180",
                    "timeout.raise"},
           RuleCase{"nginx counts in seconds", "nginx.conf", "http.proxy_read_timeout", "60s", "60",
                    ""},
           RuleCase{"none at all", path, "http.timeout", "50s", "0", "timeout.cut"},
           RuleCase{"without end", path, "http.timeout", "50s", "-1", "timeout.cut"},
           RuleCase{"half a processor and a whole one", path, "resources.limits.cpu", "500m", "1",
                    ""},
           RuleCase{"fewer things, counted one by one", "k8s/quota.yaml", "hard.pods", "1k", "900",
                    ""},
           RuleCase{"a share and a number of pods", path, "acme.max_unavailable", "25%", "1", ""},
           RuleCase{"the unit comes", path, "http.timeout", "50", "50s", ""},
       }) {
    check_case(row);
  }
}

TEST_CASE("a lost unit is told in every format", "[rules][lost_unit]") {
  struct Row {
    std::string path, before, after;
  };
  for (const Row& row : {
           Row{"app.yaml", "http:\n  timeout: 50s\n", "http:\n  timeout: 90\n"},
           Row{"app.json", "{\"timeout\": \"50s\"}\n", "{\"timeout\": 90}\n"},
           Row{"app.toml", "timeout = \"50s\"\n", "timeout = 90\n"},
           Row{"app.ini", "[http]\ntimeout = 50s\n", "[http]\ntimeout = 90\n"},
           Row{"app.conf", "timeout 50s\n", "timeout 90\n"},
           Row{"app.properties", "http.timeout=50s\n", "http.timeout=90\n"},
           Row{".env", "HTTP_TIMEOUT=50s\n", "HTTP_TIMEOUT=90\n"},
           Row{"app.xml", "<http timeout=\"50s\"/>\n", "<http timeout=\"90\"/>\n"},
           Row{"app.tf", "resource \"acme_http\" \"a\" {\n  timeout = \"50s\"\n}\n",
               "resource \"acme_http\" \"a\" {\n  timeout = 90\n}\n"},
           Row{"app.yaml.j2", "timeout: {{ t | default('50s') }}\n",
               "timeout: {{ t | default(90) }}\n"},
           Row{"app.ts", "export const http = { requestTimeout: '50s' };\n",
               "export const http = { requestTimeout: 90 };\n"},
           Row{"app.py", "connect(request_timeout=\"50s\")\n", "connect(request_timeout=90)\n"},
           Row{"run.sh", "serve --request-timeout=50s\n", "serve --request-timeout=90\n"},
       }) {
    ChangeBuilder builder;
    builder.file(row.path, row.before, row.after);
    const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
    CAPTURE(row.path);
    CHECK(std::any_of(report.findings.begin(), report.findings.end(), [](const Finding& finding) {
      return finding.rule == "unit.dropped" && finding.severity >= Severity::medium &&
             finding.title.find("the unit \"s\" is gone") != std::string::npos;
    }));
  }
}

TEST_CASE("a bare number of a Go duration counts nanoseconds", "[rules][lost_unit]") {
  for (const RuleCase& row : {
           RuleCase{"of a client", "cmd/shop/main.go", "http.Client.Timeout", "8 * time.Second",
                    "8", "unit.dropped", Severity::critical},
           RuleCase{"where only more hurts", "cmd/shop/main.go", "http.Server.ReadHeaderTimeout",
                    "4 * time.Second", "4", "unit.dropped", Severity::critical},
           RuleCase{"an idle time", "cmd/shop/main.go", "http.Server.IdleTimeout",
                    "2 * time.Minute", "120", "unit.dropped", Severity::critical},
           RuleCase{"of a pool", "store/db.go", "SetConnMaxLifetime", "20 * time.Minute", "20",
                    "unit.dropped", Severity::critical},
           RuleCase{"converted by its type only", "store/db.go", "SetConnMaxLifetime",
                    "20 * time.Minute", "time.Duration(20)", "unit.dropped", Severity::critical},
           RuleCase{"of a key that nobody knows", "lib/acme.go", "Acme.Span", "3 * time.Hour", "3",
                    "unit.dropped", Severity::critical},
           RuleCase{"the same time", "cmd/shop/main.go", "http.Client.Timeout", "8 * time.Second",
                    "8_000_000_000", ""},
           RuleCase{"the same time, as one number", "cmd/shop/main.go", "http.Client.Timeout",
                    "8 * time.Second", "8000000000", ""},
           RuleCase{"Java's own unit", "src/Shop.java", "Timeout", "8", "9", ""},
       }) {
    check_case(row);
  }
}

TEST_CASE("a lost unit in Go code is told with its unit", "[rules][lost_unit]") {
  struct Row {
    std::string before, after;
  };
  const std::string head = "package shop\n\nfunc f() {\n\t";
  for (const Row& row : {
           Row{"c := http.Client{Timeout: 8 * time.Second}", "c := http.Client{Timeout: 8}"},
           Row{"s := &http.Server{ReadHeaderTimeout: 4 * time.Second}",
               "s := &http.Server{ReadHeaderTimeout: 4}"},
           Row{"db.SetConnMaxLifetime(20 * time.Minute)", "db.SetConnMaxLifetime(20)"},
       }) {
    ChangeBuilder builder;
    builder.file("cmd/shop/main.go", head + row.before + "\n}\n", head + row.after + "\n}\n");
    const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
    CAPTURE(row.before);
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].rule == "unit.dropped");
    CHECK(report.findings[0].severity == Severity::critical);
    CHECK(report.findings[0].title.find("read as ns") != std::string::npos);
  }
}
