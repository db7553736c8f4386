#include "analyzers/analyze.hpp"

#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

struct File {
  std::string path;
  std::string old_text;
  std::string new_text; // equal to the old one: unchanged, and only readable
};

// The rule about more than one setting that a change of these files breaks, "" none; whether it
// names a finding or stands among the reasons of a graver one.
std::string broken_by(const std::vector<File>& files) {
  ChangeBuilder builder;
  for (const File& file : files) {
    if (file.old_text == file.new_text) {
      builder.file(file.path, file.old_text, file.new_text);
    }
  }
  builder.changes.files.clear();
  builder.changes.diff_lines = 0;
  for (const File& file : files) {
    if (file.old_text != file.new_text) {
      builder.file(file.path, file.old_text, file.new_text);
    }
  }
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  const auto relates = [](std::string_view rule) {
    return rule.starts_with("relation.") || rule.starts_with("duplicate.") ||
           rule.starts_with("pattern.matches_everything");
  };
  for (const Finding& finding : report.findings) {
    if (relates(finding.rule)) {
      return finding.rule;
    }
    for (const std::string& reason : finding.reasons) {
      if (reason.starts_with("also ") && relates(reason.substr(5))) {
        return reason.substr(5, reason.find(':') - 5);
      }
    }
  }
  return "";
}

struct Row {
  std::string what;
  std::vector<File> files;
  std::string rule; // "" none
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(broken_by(row.files) == row.rule);
  }
}

const std::string k_container = "spec:\n  containers:\n    - name: web\n";

std::string resources(const std::string& request, const std::string& limit) {
  return k_container + "      resources:\n        requests:\n          memory: " + request +
         "\n        limits:\n          memory: " + limit + "\n";
}

std::string heap(const std::string& flag, const std::string& limit) {
  return k_container + "      args: [\"" + flag +
         "\"]\n      resources:\n        limits:\n          memory: " + limit + "\n";
}

std::string probes(const std::string& liveness_delay, const std::string& startup = "") {
  return k_container + "      livenessProbe:\n        initialDelaySeconds: " + liveness_delay +
         "\n        periodSeconds: 5\n        failureThreshold: 3\n" + startup +
         "      readinessProbe:\n        initialDelaySeconds: 60\n";
}

std::string webhook(const std::string& policy, const std::string& selector = "") {
  return "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\n"
         "webhooks:\n  - name: policy.example.com\n    failurePolicy: " +
         policy + "\n" + selector;
}

std::string route(const std::string& condition) {
  return "policy:\n  term_site_local:\n" + condition +
         "    then:\n      local_preference: 200\n      action: accept\n";
}

} // namespace

TEST_CASE("settings of one container that contradict each other", "[relations]") {
  check({
      {"request above limit",
       {{"web.yaml", resources("1Gi", "2Gi"), resources("4Gi", "2Gi")}},
       "relation.requests_over_limits"},
      {"request at the limit",
       {{"web.yaml", resources("1Gi", "2Gi"), resources("2Gi", "2Gi")}},
       ""},
      {"it was so before", {{"web.yaml", resources("4Gi", "2Gi"), resources("5Gi", "2Gi")}}, ""},
      {"the limit went below the request",
       {{"web.yaml", resources("1500Mi", "2Gi"), resources("1500Mi", "1Gi")}},
       "relation.requests_over_limits"},
      {"a heap that no longer fits",
       {{"web.yaml", heap("-Xmx1g", "2Gi"), heap("-Xmx3g", "2Gi")}},
       "relation.heap_over_memory"},
      {"the memory around a heap goes",
       {{"web.yaml", heap("-Xmx3g", "4Gi"), heap("-Xmx3g", "2Gi")}},
       "relation.heap_over_memory"},
      {"Node counts in MB",
       {{"web.yaml", heap("--max-old-space-size=1024", "2Gi"),
         heap("--max-old-space-size=4096", "2Gi")}},
       "relation.heap_over_memory"},
      {"a heap that fits", {{"web.yaml", heap("-Xmx1g", "2Gi"), heap("-Xmx1500m", "2Gi")}}, ""},
      {"liveness gives up before the start",
       {{"web.yaml", probes("60"), probes("5")}},
       "relation.probe_before_start"},
      {"a startup probe holds it back",
       {{"web.yaml", probes("60", "      startupProbe:\n        failureThreshold: 30\n"),
         probes("5", "      startupProbe:\n        failureThreshold: 30\n")}},
       ""},
  });
}

TEST_CASE("a heap and the memory around it may stand in two files", "[relations]") {
  const auto limit = [](const std::string& memory) {
    return k_container + "      resources:\n        limits:\n          memory: " + memory + "\n";
  };
  const auto image = [](const std::string& flag) {
    return "FROM eclipse-temurin:21\nENV JAVA_OPTS=\"" + flag + "\"\n";
  };
  const auto compose = [](const std::string& memory) {
    return "services:\n  web:\n    image: web\n    mem_limit: " + memory + "\n";
  };
  check({
      {"the heap of the image grows",
       {{"Dockerfile", image("-Xmx1g"), image("-Xmx3g")},
        {"deploy.yaml", limit("2Gi"), limit("2Gi")}},
       "relation.heap_over_memory"},
      {"the memory goes, in a folder beside",
       {{"shop/k8s/deployment.yaml", limit("4Gi"), limit("2Gi")},
        {"shop/docker/jvm.env", "JAVA_OPTS=-Xmx3g\n", "JAVA_OPTS=-Xmx3g\n"}},
       "relation.heap_over_memory"},
      {"both in one change, and they still fit",
       {{"Dockerfile", image("-Xmx1g"), image("-Xmx3g")},
        {"deploy.yaml", limit("2Gi"), limit("4Gi")}},
       ""},
      {"it did not fit before",
       {{"Dockerfile", image("-Xmx3g"), image("-Xmx4g")},
        {"deploy.yaml", limit("2Gi"), limit("2Gi")}},
       ""},
      {"Node, in the environment of Compose",
       {{".env", "NODE_OPTIONS=--max-old-space-size=512\n",
         "NODE_OPTIONS=--max-old-space-size=2048\n"},
        {"docker-compose.yml", compose("1g"), compose("1g")}},
       "relation.heap_over_memory"},
      {"several containers: whose heap is it?",
       {{"Dockerfile", image("-Xmx1g"), image("-Xmx3g")},
        {"a.yaml", limit("2Gi"), limit("2Gi")},
        {"b.yaml", limit("8Gi"), limit("8Gi")}},
       ""},
      {"a share that leaves nothing",
       {{"Dockerfile", image("-XX:MaxRAMPercentage=75.0"), image("-XX:MaxRAMPercentage=95.0")}},
       "relation.heap_over_memory"},
      {"a share that leaves a quarter",
       {{"Dockerfile", image("-XX:MaxRAMPercentage=50.0"), image("-XX:MaxRAMPercentage=75.0")}},
       ""},
  });
}

TEST_CASE("lower bounds and upper bounds, parts and wholes", "[relations]") {
  check({
      {"minimum above maximum",
       {{"hpa.yaml", "spec:\n  minReplicas: 2\n  maxReplicas: 6\n",
         "spec:\n  minReplicas: 8\n  maxReplicas: 6\n"}},
       "relation.min_over_max"},
      {"maximum below minimum",
       {{"hpa.yaml", "spec:\n  minReplicas: 4\n  maxReplicas: 6\n",
         "spec:\n  minReplicas: 4\n  maxReplicas: 3\n"}},
       "relation.min_over_max"},
      {"equal bounds",
       {{"hpa.yaml", "spec:\n  minReplicas: 2\n  maxReplicas: 6\n",
         "spec:\n  minReplicas: 6\n  maxReplicas: 6\n"}},
       ""},
      {"a pool larger than its clients",
       {{"pgbouncer.ini", "[pgbouncer]\ndefault_pool_size = 20\nmax_client_conn = 200\n",
         "[pgbouncer]\ndefault_pool_size = 220\nmax_client_conn = 200\n"}},
       "relation.pool_over_clients"},
      {"a JVM that starts with more than it may have",
       {{"service.env", "XMS=1g\nXMX=2g\n", "XMS=3g\nXMX=2g\n"}},
       "relation.min_over_max"},
      {"nginx: more connections than files",
       {{"nginx/nginx.conf",
         "worker_rlimit_nofile 8192;\nevents {\n    worker_connections 4096;\n}\n",
         "worker_rlimit_nofile 8192;\nevents {\n    worker_connections 16384;\n}\n"}},
       "relation.connections_over_files"},
      {"nginx: fewer connections than files",
       {{"nginx/nginx.conf",
         "worker_rlimit_nofile 8192;\nevents {\n    worker_connections 4096;\n}\n",
         "worker_rlimit_nofile 8192;\nevents {\n    worker_connections 6000;\n}\n"}},
       ""},
  });
}

TEST_CASE("one key twice with different values", "[relations]") {
  check({
      {"INI",
       {{"app.ini", "[a]\nlimit_x = 5\n", "[a]\nlimit_x = 5\nlimit_x = 7\n"}},
       "duplicate.key"},
      {"the same value twice",
       {{"app.ini", "[a]\nlimit_x = 5\n", "[a]\nlimit_x = 5\nlimit_x = 5\n"}},
       ""},
      {"another section",
       {{"app.ini", "[a]\nlimit_x = 5\n", "[a]\nlimit_x = 5\n[b]\nlimit_x = 7\n"}},
       ""},
      {"it was so before",
       {{"app.ini", "[a]\nlimit_x = 5\nlimit_x = 6\n", "[a]\nlimit_x = 5\nlimit_x = 7\n"}},
       ""},
      {"one mapping of YAML",
       {{"app.yaml", "db:\n  pool_size: 20\n  host: a\n",
         "db:\n  pool_size: 20\n  host: a\n  pool_size: 40\n"}},
       "duplicate.key"},
      {"two documents of YAML",
       {{"app.yaml", "a: 1\n---\nname_x: one\n", "a: 1\nname_x: two\n---\nname_x: one\n"}},
       ""},
      {"items of a list",
       {{"app.yaml", "jobs:\n  - name: x\n    size_a: 1\n",
         "jobs:\n  - name: x\n    size_a: 1\n  - name: x\n    size_a: 2\n"}},
       ""},
  });
}

TEST_CASE("pools of all copies against what the database admits", "[relations]") {
  const File database = {"deploy/postgresql.conf", "max_connections = 100\n",
                         "max_connections = 100\n"};
  const std::string web = "db:\n  pool_size: 20\nreplicas: ";
  check({
      {"an unchanged file beside",
       {database, {"deploy/web.yaml", web + "4\n", web + "12\n"}},
       "relation.pool_over_connections"},
      {"it still fits", {database, {"deploy/web.yaml", web + "2\n", web + "4\n"}}, ""},
      {"it did not fit before", {database, {"deploy/web.yaml", web + "6\n", web + "12\n"}}, ""},
      {"a file elsewhere says nothing",
       {{"other/postgresql.conf", database.old_text, database.old_text},
        {"deploy/web.yaml", web + "4\n", web + "12\n"}},
       ""},
      {"the database stands in a folder beside",
       {{"deploy/prod/db/postgresql.conf", database.old_text, database.old_text},
        {"deploy/prod/web/values.yaml", web + "4\n", web + "12\n"}},
       "relation.pool_over_connections"},
      {"the database beside admits fewer",
       {{"deploy/prod/web/values.yaml", web + "4\n", web + "4\n"},
        {"deploy/prod/db/postgresql.conf", "max_connections = 100\n", "max_connections = 50\n"}},
       "relation.pool_over_connections"},
      {"two services beside each other",
       {{"deploy/prod/shop/postgresql.conf", database.old_text, database.old_text},
        {"deploy/prod/web/values.yaml", web + "4\n", web + "12\n"}},
       ""},
      {"the database admits fewer",
       {{"deploy/web.yaml", web + "4\n", web + "4\n"},
        {"deploy/postgresql.conf", "max_connections = 100\n", "max_connections = 50\n"}},
       "relation.pool_over_connections"},
  });
}

TEST_CASE("a disruption budget must let one copy go", "[relations]") {
  const auto deployment = [](const std::string& replicas) {
    return "kind: Deployment\nspec:\n  replicas: " + replicas + "\n";
  };
  const auto budget = [](const std::string& stay) {
    return "kind: PodDisruptionBudget\nspec:\n  minAvailable: " + stay + "\n";
  };
  check({
      {"the budget rises to all copies",
       {{"web/deployment.yaml", deployment("3"), deployment("3")},
        {"web/pdb.yaml", budget("2"), budget("3")}},
       "relation.budget_over_replicas"},
      {"the copies fall to the budget",
       {{"web/deployment.yaml", deployment("4"), deployment("2")},
        {"web/pdb.yaml", budget("2"), budget("2")}},
       "relation.budget_over_replicas"},
      {"one may go",
       {{"web/deployment.yaml", deployment("4"), deployment("3")},
        {"web/pdb.yaml", budget("2"), budget("2")}},
       ""},
      {"a share",
       {{"web/deployment.yaml", deployment("3"), deployment("3")},
        {"web/pdb.yaml", budget("50%"), budget("60%")}},
       ""},
  });
}

TEST_CASE("timers on one way: who gives up first", "[relations]") {
  const auto nginx = [](const std::string& timeout) {
    return "server {\n    location / {\n        proxy_read_timeout " + timeout + ";\n    }\n}\n";
  };
  const auto gunicorn = [](const std::string& timeout) { return "timeout = " + timeout + "\n"; };
  check({
      {"the proxy now gives up before the server",
       {{"deploy/nginx.conf", nginx("90s"), nginx("20s")},
        {"deploy/gunicorn.conf.py", gunicorn("60"), gunicorn("60")}},
       "relation.timeout_order"},
      {"the server now gives up before the proxy",
       {{"deploy/nginx.conf", nginx("30s"), nginx("30s")},
        {"deploy/gunicorn.conf.py", gunicorn("60"), gunicorn("15")}},
       "relation.timeout_order"},
      {"both are changed, and their order stays",
       {{"deploy/nginx.conf", nginx("90s"), nginx("45s")},
        {"deploy/gunicorn.conf.py", gunicorn("60"), gunicorn("30")}},
       ""},
      {"the same order in another unit",
       {{"deploy/nginx.conf", nginx("90s"), nginx("2m")},
        {"deploy/gunicorn.conf.py", gunicorn("60"), gunicorn("60")}},
       ""},
      {"of another service",
       {{"a/nginx.conf", nginx("90s"), nginx("20s")},
        {"b/gunicorn.conf.py", gunicorn("60"), gunicorn("60")}},
       ""},
      {"keys that no catalogue knows",
       {{"app.yaml", "timeouts:\n  client: 5s\n  proxy_timeout: 20s\n  server_timeout: 30s\n",
         "timeouts:\n  client: 5s\n  proxy_timeout: 45s\n  server_timeout: 30s\n"}},
       "relation.timeout_order"},
      {"of other things",
       {{"app.yaml", "mail:\n  proxy_timeout: 20s\nsearch:\n  server_timeout: 30s\n",
         "mail:\n  proxy_timeout: 45s\nsearch:\n  server_timeout: 30s\n"}},
       ""},
  });
}

TEST_CASE("a server keeps idle connections for longer than what stands in front", "[relations]") {
  const auto balancer = [](const std::string& timeout) {
    return "resource \"aws_lb\" \"web\" {\n  name = \"web\"\n  idle_timeout = " + timeout + "\n}\n";
  };
  const auto attributes = [](const std::string& timeout) {
    return "kind: Ingress\nmetadata:\n  annotations:\n    alb.ingress.kubernetes.io/"
           "load-balancer-attributes: idle_timeout.timeout_seconds=" +
           timeout + ",routing.http2.enabled=true\n";
  };
  const std::string upstream =
      "upstream app {\n    server app:8080;\n    keepalive 32;\n    keepalive_timeout 60s;\n}\n";
  const auto node = [](const std::string& timeout) {
    return "const server = app.listen(8080);\nserver.keepAliveTimeout = " + timeout + ";\n";
  };
  check({
      {"the server lets go too early",
       {{"service/lb.tf", balancer("60"), balancer("60")},
        {"service/server.js", node("65000"), node("30000")}},
       "relation.keepalive_order"},
      {"the balancer holds on for too long",
       {{"service/lb.tf", balancer("60"), balancer("120")},
        {"service/server.js", node("65000"), node("65000")}},
       "relation.keepalive_order"},
      {"the balancer is described in a folder beside",
       {{"shop/infra/lb.tf", balancer("60"), balancer("60")},
        {"shop/src/server.js", node("65000"), node("5000")}},
       "relation.keepalive_order"},
      {"at the root of a repository",
       {{"infra/lb.tf", balancer("60"), balancer("120")},
        {"src/server.ts", node("65000"), node("65000")}},
       "relation.keepalive_order"},
      {"an ingress says it in a list of attributes",
       {{"deploy/ingress.yaml", attributes("60"), attributes("60")},
        {"deploy/gunicorn.conf.py", "keepalive = 75\n", "keepalive = 5\n"}},
       "relation.keepalive_order"},
      {"nginx in front of Node",
       {{"deploy/nginx.conf", upstream, upstream},
        {"deploy/server.js", node("65000"), node("5000")}},
       "relation.keepalive_order"},
      {"of another service",
       {{"shop/infra/lb.tf", balancer("60"), balancer("60")},
        {"blog/src/server.js", node("65000"), node("5000")}},
       ""},
      {"both in one change",
       {{"service/lb.tf", balancer("60"), balancer("120")},
        {"service/server.js", node("65000"), node("70000")}},
       "relation.keepalive_order"},
      {"still in order",
       {{"service/lb.tf", balancer("60"), balancer("60")},
        {"service/server.js", node("75000"), node("65000")}},
       ""},
  });
}

TEST_CASE("of equal severity the relation names the finding", "[relations]") {
  ChangeBuilder builder;
  const std::string balancer = "resource \"aws_lb\" \"web\" {\n  idle_timeout = 60\n}\n";
  builder.file("shop/lb.tf", balancer, balancer);
  builder.changes.files.clear();
  builder.changes.diff_lines = 0;
  builder.file("shop/server.js", "server.keepAliveTimeout = 65000;\n",
               "server.keepAliveTimeout = 5000;\n");
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  REQUIRE(report.findings.size() == 1);
  CHECK(report.findings[0].rule == "relation.keepalive_order");
  CHECK(report.findings[0].severity == Severity::high);
}

TEST_CASE("what a rule applies to, and what it then stops", "[relations]") {
  check({
      {"a routing term without its prefix list",
       {{"routers/policy.yaml", route("    from:\n      prefix_list: site_local\n"), route("")}},
       "pattern.matches_everything"},
      {"the term went as a whole",
       {{"routers/policy.yaml",
         route("    from:\n      prefix_list: site_local\n") + "  other: 1\n",
         "policy:\n  other: 1\n"}},
       ""},
      {"one of two conditions",
       {{"routers/policy.yaml", route("    from:\n      prefix_list: a\n      family: inet\n"),
         route("    from:\n      prefix_list: a\n")}},
       ""},
      {"a webhook that fails closed for all",
       {{"hook.yaml", webhook("Ignore"), webhook("Fail")}},
       "relation.webhook_blocks_cluster"},
      {"a webhook that leaves kube-system out",
       {{"hook.yaml",
         webhook("Ignore", "    namespaceSelector:\n      matchLabels:\n        policy: \"on\"\n"),
         webhook("Fail", "    namespaceSelector:\n      matchLabels:\n        policy: \"on\"\n")}},
       ""},
      {"a webhook that fails open again", {{"hook.yaml", webhook("Fail"), webhook("Ignore")}}, ""},
  });
}

namespace {

// Counts what is read, and says that the folder is very large.
class LargeFolder final : public FileSource {
public:
  explicit LargeFolder(const ChangeBuilder& files) : m_files(files) {}
  std::optional<std::string> read(Side side, const std::string& path) const override {
    if (auto text = m_files.read(side, path)) {
      return text;
    }
    ++reads;
    return "x: 1\n";
  }
  PathMarks marks(const std::string&) const override { return {}; }
  std::vector<std::string> siblings(Side, const std::string&) const override {
    std::vector<std::string> names;
    for (int i = 1000; i < 4000; ++i) {
      names.push_back("file" + std::to_string(i) + ".yaml");
    }
    return names;
  }
  mutable int reads = 0;

private:
  const ChangeBuilder& m_files;
};

} // namespace

TEST_CASE("a large folder costs a bounded number of reads", "[relations]") {
  ChangeBuilder builder;
  for (int i = 0; i < 30; ++i) {
    builder.file("d" + std::to_string(i) + "/web.yaml", "replicas: 2\ndb:\n  pool_size: 20\n",
                 "replicas: 12\ndb:\n  pool_size: 20\n");
  }
  const LargeFolder folder(builder);
  analyze(builder.changes, folder, {}, Catalog::built_in());
  CHECK(folder.reads > 0);
  CHECK(folder.reads <= 64);
}
