#include "analyzers/analyze.hpp"

#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

// Edits that people make all day: a remark at most, where the same words elsewhere are more.

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

struct Row {
  std::string what;
  std::string path;
  std::string before;
  std::string after;
};

Severity gravest(const Row& row) {
  ChangeBuilder builder;
  builder.file(row.path, row.before, row.after);
  Severity worst = Severity::low;
  for (const Finding& finding :
       analyze(builder.changes, builder, {}, Catalog::built_in()).findings) {
    worst = std::max(worst, finding.severity);
  }
  return worst;
}

} // namespace

TEST_CASE("everyday edits are remarks at most", "[everyday]") {
  for (const Row& row : {
           Row{"a timer of the page", "web/till.ts", "const go = () => setTimeout(hide, 5000);\n",
               "const go = () => setTimeout(hide, 500);\n"},
           Row{"a typing pause", "web/till.ts", "const go = debounce(find, 500);\n",
               "const go = debounce(find, 50);\n"},
           Row{"a message", "web/till.ts", "export const toastTimeout = 5000;\n",
               "export const toastTimeout = 500;\n"},
           Row{"a component", "web/Till.tsx", "<Pay disabled={false} timeout={3000}>x</Pay>;\n",
               "<Pay disabled={true} timeout={300}>x</Pay>;\n"},
           Row{"a test", "src/till.test.ts", "jest.setTimeout(30000);\nrun({ timeout: 5000 });\n",
               "jest.setTimeout(3000);\nrun({ timeout: 50 });\n"},
           Row{"a test in Go", "till_test.go",
               "package a\n\nvar c, f = context.WithTimeout(p, 30*time.Second)\n",
               "package a\n\nvar c, f = context.WithTimeout(p, 3*time.Second)\n"},
           Row{"a runner of tests", "playwright.config.ts",
               "export default { timeout: 60000, retries: 3, workers: 4 };\n",
               "export default { timeout: 6000, retries: 0, workers: 1 };\n"},
           Row{"training", "train/config.yaml", "batch_size: 64\nlr: 0.001\nmax_epochs: 100\n",
               "batch_size: 16\nlr: 0.0001\nmax_epochs: 10\n"},
           Row{"a model", "conf/net.yaml", "hidden_size: 768\nnum_layers: 12\nwarmup_steps: 1000\n",
               "hidden_size: 76\nnum_layers: 2\nwarmup_steps: 100\n"},
           Row{"a linter", ".rubocop.yml", "Metrics/MethodLength:\n  Max: 30\n  Enabled: true\n",
               "Metrics/MethodLength:\n  Max: 10\n  Enabled: false\n"},
           Row{"a type checker", "tsconfig.json",
               "{\n  \"strict\": true,\n  \"skipLibCheck\": false\n}\n",
               "{\n  \"strict\": false,\n  \"skipLibCheck\": true\n}\n"},
           Row{"rules of a linter", "tslint.json", "{\n  \"no-eval\": true,\n  \"limit\": 140\n}\n",
               "{\n  \"no-eval\": false,\n  \"limit\": 14\n}\n"},
           Row{"metrics", "deploy/till.yaml", "metrics:\n  enabled: false\n",
               "metrics:\n  enabled: true\n"},
           Row{"a chart's default", "charts/till/values.yaml", "sidecar:\n  enabled: false\n",
               "sidecar:\n  enabled: true\n"},
           Row{"one of twenty", "deploy/prod/till.yaml", "replicas: 20\n", "replicas: 19\n"},
           Row{"another name for a time", "k8s/prod/till.yaml", "schedule: \"0 0 * * *\"\n",
               "schedule: \"@daily\"\n"},
           Row{"every address, in either version", "deploy/prod/till.yaml", "host: 0.0.0.0\n",
               "host: \"::\"\n"},
       }) {
    CAPTURE(row.what);
    CHECK(gravest(row) == Severity::low);
  }
}

TEST_CASE("small steps and test beds are remarks at most", "[everyday]") {
  for (const Row& row : {
           Row{"an autoscaler's target", "charts/till/values.yaml",
               "autoscaling:\n  targetCPUUtilizationPercentage: 70\n",
               "autoscaling:\n  targetCPUUtilizationPercentage: 65\n"},
           Row{"one more failure", "k8s/prod/till.yaml", "livenessProbe:\n  failureThreshold: 5\n",
               "livenessProbe:\n  failureThreshold: 6\n"},
           Row{"partitions of new topics", "config/server.properties", "num.partitions=12\n",
               "num.partitions=24\n"},
           Row{"a record's lifetime", "infra/prod/dns.tf",
               "resource \"aws_route53_record\" \"a\" {\n  ttl = 300\n}\n",
               "resource \"aws_route53_record\" \"a\" {\n  ttl = 600\n}\n"},
           Row{"a processor reserved", "k8s/prod/till.yaml",
               "resources:\n  requests:\n    cpu: 500m\n",
               "resources:\n  requests:\n    cpu: 400m\n"},
           Row{"copies in staging", "envs/staging/values.yaml", "replicaCount: 4\n",
               "replicaCount: 2\n"},
           Row{"memory of development", "overlays/dev/till.yaml",
               "resources:\n  limits:\n    memory: 4Gi\n",
               "resources:\n  limits:\n    memory: 512Mi\n"},
           Row{"a database of development", "envs/dev/db.tf",
               "resource \"aws_db_instance\" \"a\" {\n  multi_az = true\n}\n",
               "resource \"aws_db_instance\" \"a\" {\n  multi_az = false\n}\n"},
           Row{"settings of tests", "src/test/resources/application-test.yml",
               "spring:\n  datasource:\n    hikari:\n      maximum-pool-size: 30\n",
               "spring:\n  datasource:\n    hikari:\n      maximum-pool-size: 2\n"},
       }) {
    CAPTURE(row.what);
    CHECK(gravest(row) <= Severity::low);
  }
}

TEST_CASE("larger steps, and those of who gets in, are more", "[everyday]") {
  for (const Row& row : {
           Row{"an autoscaler's target", "charts/till/values.yaml",
               "autoscaling:\n  targetCPUUtilizationPercentage: 70\n",
               "autoscaling:\n  targetCPUUtilizationPercentage: 95\n"},
           Row{"a record's lifetime", "infra/prod/dns.tf",
               "resource \"aws_route53_record\" \"a\" {\n  ttl = 300\n}\n",
               "resource \"aws_route53_record\" \"a\" {\n  ttl = 86400\n}\n"},
           Row{"connections of a pool", "k8s/prod/till.yaml", "pool_size: 20\n", "pool_size: 40\n"},
           Row{"ten times less in staging", "envs/staging/values.yaml",
               "resources:\n  limits:\n    memory: 4Gi\n",
               "resources:\n  limits:\n    memory: 400Mi\n"},
           Row{"verification in development", "envs/dev/app.yaml", "tls:\n  verify: true\n",
               "tls:\n  verify: false\n"},
       }) {
    CAPTURE(row.what);
    CHECK(gravest(row) >= Severity::medium);
  }
}

TEST_CASE("the same words where they serve somebody are more", "[everyday]") {
  for (const Row& row : {
           Row{"a service's timer", "server/till.ts", "server.setTimeout(60000);\n",
               "server.setTimeout(600);\n"},
           Row{"a client", "server/till.ts", "export const client = { timeout: 5000 };\n",
               "export const client = { timeout: 50 };\n"},
           Row{"workers of a service", "deploy/till.yaml", "workers: 8\n", "workers: 2\n"},
           Row{"a feature in production", "deploy/prod/till.yaml", "sidecar:\n  enabled: false\n",
               "sidecar:\n  enabled: true\n"},
           Row{"one of four", "deploy/prod/till.yaml", "replicas: 4\n", "replicas: 3\n"},
           Row{"tests that reach production", "tests/till.ts",
               "const env = { DATABASE_URL: 'postgres://db.test.example/a' };\n",
               "const env = { DATABASE_URL: 'postgres://db.prod.example/a' };\n"},
       }) {
    CAPTURE(row.what);
    CHECK(gravest(row) >= Severity::medium);
  }
}
