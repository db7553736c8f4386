#include "analyzers/analyze.hpp"
#include "analyzers/risk/environment_named.hpp"
#include "analyzers/risk/no_limit.hpp"
#include "analyzers/risk/redact.hpp"
#include "tests/analyzers/risk/rule_cases.hpp"
#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

// Edits that were taken for graver or for more harmless than they are.

using namespace leadline;
using leadline::test::ChangeBuilder;
using leadline::test::check_case;
using leadline::test::RuleCase;

namespace {

Report judged(const ChangeBuilder& builder) {
  return analyze(builder.changes, builder, {}, Catalog::built_in());
}

} // namespace

TEST_CASE("a product of numbers is no cron expression", "[false_alarms]") {
  for (const RuleCase& row : {
           RuleCase{"the same number, written as a product", "src/c.ts", "cacheTtl", "86400",
                    "24 * 60 * 60", ""},
           RuleCase{"minutes first", "src/cfg.py", "CACHE_TTL", "86400", "60 * 60 * 24", ""},
           RuleCase{"a number of something with a schedule", "src/w.py", "SCHEDULE_SIZE_HINT",
                    "8 * 16 * 2", "90 * 16 * 2", "capacity.jump"},
           RuleCase{"five numbers", "data/poem.yaml", "pattern", "1 2 3 4 5", "60 70 80 90 100",
                    ""},
           RuleCase{"a schedule that says so", "job.yaml", "spec.schedule", "0 * 1 * 0",
                    "60 * 1 * 0", "value.malformed", Severity::high},
           RuleCase{"fields as only cron has them", "job.yaml", "spec.runs", "0 3 * * *",
                    "0 30 * * *", "value.malformed", Severity::high},
       }) {
    if (row.rule == "capacity.jump") {
      const std::optional<Concern> made = leadline::test::judge_case(row);
      CHECK((!made || made->rule != "value.malformed"));
    } else {
      check_case(row);
    }
  }
}

TEST_CASE("a value names an environment by a name of its own", "[false_alarms]") {
  struct Row {
    std::string value;
    Environment environment;
  };
  for (const Row& row : {
           Row{"https://api.acme.io/dev-portal", Environment::unknown},
           Row{"https://api.acme.io/test-results", Environment::unknown},
           Row{"acme/api-dev-tools:1.2", Environment::unknown},
           Row{"s3://acme-data/staging-area/x", Environment::unknown},
           Row{"orders-test-queue", Environment::unknown},
           Row{"https://serving.knative.dev/v1", Environment::unknown},
           Row{"redis.default.svc.cluster.local:6379", Environment::unknown},
           Row{"db-staging.example.com", Environment::staging},
           Row{"db.staging.internal:5432", Environment::staging},
           Row{"postgres://app@db-prod.internal/orders", Environment::production},
           Row{"postgres://app@db.internal/orders_staging", Environment::staging},
           Row{"s3://acme-staging/x", Environment::staging},
           Row{"orders-prod", Environment::production},
           Row{"orders-prod-db-2", Environment::production},
           Row{"prod-eu-west-1", Environment::production},
           Row{"letsencrypt-staging", Environment::staging},
           Row{"orders-pre-prod", Environment::staging},
           Row{"secrets/prod/db", Environment::production},
           Row{"acme/api:staging", Environment::staging},
           Row{"gcr.io/acme-staging/api:1.2", Environment::staging},
           Row{"host=db.dev.example.com dbname=orders", Environment::development},
       }) {
    CAPTURE(row.value);
    CHECK(name_of(environment_named(row.value)) == name_of(row.environment));
  }
  check_case({"a page of production", "deploy/prod/app.yaml", "target", "https://api.acme.io/v1",
              "https://api.acme.io/test-results", ""});
  check_case({"one word for another", "deploy/prod/app.yaml", "store.bucket", "acme-prod-data",
              "acme-staging-data", "environment.crossed", Severity::high});
  check_case({"another environment's database", "deploy/prod/app.yaml", "db.host", "db.example.com",
              "db-staging.example.com", "environment.crossed", Severity::high});
}

TEST_CASE("a number that means no limit is no drop", "[false_alarms]") {
  for (const RuleCase& row : {
           RuleCase{"Go's pool", "internal/db.go", "SetMaxOpenConns", "100", "0", "limit.removed",
                    Severity::medium},
           RuleCase{"a limit comes", "internal/db.go", "SetMaxOpenConns", "0", "20",
                    "capacity.drop", Severity::medium},
           RuleCase{"both say the same", "internal/db.go", "SetMaxOpenConns", "0", "-1", ""},
           RuleCase{"a timer that is off", "postgresql.conf", "statement_timeout", "30s", "0",
                    "limit.removed", Severity::medium},
           RuleCase{"still a drop", "internal/db.go", "SetMaxOpenConns", "100", "5",
                    "capacity.drop"},
       }) {
    check_case(row);
  }
  for (const std::string_view id : parameters_without_limit()) {
    CAPTURE(id);
    CHECK(Catalog::built_in().find_by_id(id) != nullptr);
  }
}

TEST_CASE("what goes out is ordinary, and a program in a container listens", "[false_alarms]") {
  const auto rule = [](const std::string& type, const std::string& range) {
    return "resource \"aws_security_group_rule\" \"a\" {\n  type = \"" + type +
           "\"\n  protocol = \"tcp\"\n  cidr_blocks = [\"" + range + "\"]\n}\n";
  };
  ChangeBuilder out;
  out.file("sg.tf", rule("egress", "10.0.0.0/8"), rule("egress", "0.0.0.0/0"));
  REQUIRE(judged(out).findings.size() == 1);
  CHECK(judged(out).findings[0].severity <= Severity::medium);
  ChangeBuilder in;
  in.file("sg.tf", rule("ingress", "10.0.0.0/8"), rule("ingress", "0.0.0.0/0"));
  REQUIRE(judged(in).findings.size() == 1);
  CHECK(judged(in).findings[0].severity == Severity::high);
  check_case({"a container", "docker/Dockerfile", "CMD.host", "127.0.0.1", "0.0.0.0",
              "exposure.wildcard", Severity::medium});
  check_case({"a machine", "etc/app.yaml", "server.host", "127.0.0.1", "0.0.0.0",
              "exposure.wildcard", Severity::high});
}

TEST_CASE("a protection of a bucket may become a resource of its own", "[false_alarms]") {
  const std::string before = "resource \"aws_s3_bucket\" \"a\" {\n  bucket = \"a\"\n  "
                             "versioning {\n    enabled = true\n  }\n}\n";
  const std::string bare = "resource \"aws_s3_bucket\" \"a\" {\n  bucket = \"a\"\n}\n";
  const auto versioning = [](const std::string& bucket) {
    return "\nresource \"aws_s3_bucket_versioning\" \"v\" {\n  bucket = aws_s3_bucket." + bucket +
           ".id\n  versioning_configuration {\n    status = \"Enabled\"\n  }\n}\n";
  };
  ChangeBuilder moved;
  moved.file("main.tf", before, bare + versioning("a"));
  CHECK(judged(moved).findings.empty());
  ChangeBuilder other;
  other.file("main.tf", before, bare + versioning("b"));
  CHECK_FALSE(judged(other).findings.empty());
}

TEST_CASE("our own sentences hold no secret", "[false_alarms]") {
  ChangeBuilder builder;
  builder.file("ssh/sshd_config", "PermitRootLogin prohibit-password\nMaxSessions 10\n",
               "PermitRootLogin yes\nMaxSessions 10\n");
  const Report report = judged(builder);
  REQUIRE_FALSE(report.findings.empty());
  CHECK(report.findings[0].title.find("prohibit-password -> yes") != std::string::npos);
  for (const std::string& reason : report.verdict.reasons) {
    CHECK(reason.find("[redacted]") == std::string::npos);
  }
  const Redactor redactor({});
  CHECK(redactor.text("run --password hunter2") == "run --password [redacted]");
  CHECK(redactor.text("run --password -hunter2") == "run --password [redacted]");
  CHECK(redactor.text("run --password=>hunter2") == "run --password=[redacted]");
}

TEST_CASE("a grave edit in many places is one grave finding", "[false_alarms]") {
  const auto services = [](const std::string& state) {
    std::string text;
    for (const char* name : {"a", "b", "c"}) {
      text += std::string(name) + ":\n  replicas: 3\n  tls: " + state + "\n";
    }
    return text;
  };
  ChangeBuilder builder;
  builder.file("v.yaml", services("true"), services("false"));
  const Report report = judged(builder);
  REQUIRE(report.findings.size() == 3);
  CHECK(report.findings[0].severity == Severity::high);
  CHECK(report.findings[0].title.ends_with("(and 2 more places)"));
  CHECK(report.findings[1].severity == Severity::low);
  CHECK(report.findings[2].severity == Severity::low);
  // Two protections that have only the word "enabled" in common.
  ChangeBuilder two;
  two.file("v.yaml", "tls:\n  enabled: true\nauth:\n  enabled: true\n",
           "tls:\n  enabled: false\nauth:\n  enabled: false\n");
  for (const Finding& finding : judged(two).findings) {
    CHECK(finding.severity == Severity::high);
  }
}

TEST_CASE("a trigger that hands out secrets is no moved filter", "[false_alarms]") {
  const auto workflow = [](const std::string& trigger) {
    return "name: ci\non:\n  " + trigger +
           ":\n    branches: [main]\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - "
           "run: make\n";
  };
  ChangeBuilder builder;
  builder.file(".github/workflows/ci.yml", workflow("pull_request"),
               workflow("pull_request_target"));
  const Report report = judged(builder);
  REQUIRE_FALSE(report.findings.empty());
  CHECK(report.findings[0].rule == "permission.widened");
  CHECK(report.findings[0].severity == Severity::high);
}

TEST_CASE("a container that becomes root, and data that go with their resource", "[false_alarms]") {
  for (const RuleCase& row : {
           RuleCase{"a pod", "k8s/web.yaml", "spec.securityContext.runAsUser", "1000", "0",
                    "permission.widened", Severity::high},
           RuleCase{"an image", "Dockerfile", "USER", "node", "root", "permission.widened",
                    Severity::medium},
           RuleCase{"another user", "Dockerfile", "USER", "node", "app", ""},
           RuleCase{"a stack", "cfn/db.yaml", "Resources.Db.DeletionPolicy", "Retain", "Delete",
                    "protection.disabled", Severity::high},
           RuleCase{"a stack without it", "cfn/db.yaml", "Resources.Db.DeletionPolicy", "Retain",
                    std::nullopt, "protection.removed", Severity::medium},
       }) {
    check_case(row);
  }
}
