#include "analyzers/catalog/catalog.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

namespace {

std::string found(const std::string& path, const std::vector<std::string>& key,
                  const std::string& context = "") {
  Setting setting;
  setting.key.segments = key;
  setting.context = context;
  const Parameter* parameter = Catalog::built_in().find(path, setting);
  return parameter == nullptr ? std::string() : parameter->id;
}

struct Row {
  const char* what;
  std::string path;
  std::vector<std::string> key;
  std::string context;
  std::string expected;
};

void check(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(found(row.path, row.key, row.context) == row.expected);
  }
}

} // namespace

TEST_CASE("a parameter is found however its file has to spell it", "[catalog_find]") {
  check({
      {"Hiera",
       "data/common.yaml",
       {"pgbouncer::max_client_conn"},
       "",
       "pgbouncer.max_client_conn"},
      {"PHP-FPM's brackets",
       "www.conf",
       {"www", "php_admin_value[memory_limit]"},
       "",
       "php.memory_limit"},
      {"the default of a template",
       "redis.conf.j2",
       {"timeout", "timeout[default]"},
       "",
       "redis.timeout"},
      {"a setter",
       "src/Db.java",
       {"MinimumIdle"},
       "config.setMinimumIdle",
       "hikaricp.minimum_idle"},
      {"a setter of Go",
       "db.go",
       {"MaxOpenConns"},
       "db.SetMaxOpenConns",
       "go_sql.set_max_open_conns"},
      {"a variable that two servers share",
       "config/puma.rb",
       {"WEB_CONCURRENCY"},
       "",
       "puma.workers"},
      {"a connection string of .NET",
       "appsettings.json",
       {"ConnectionStrings", "Db", "Max Pool Size"},
       "",
       "dotnet.max_pool_size"},
      {"an annotation",
       "ingress.yaml",
       {"metadata", "annotations", "alb.ingress.kubernetes.io/scheme"},
       "",
       "aws_lb_controller.scheme"},
      {"a generic name tells nothing", "src/app.yaml", {"server", "timeout"}, "", ""},
  });
}

TEST_CASE("a parameter is found by its distinctive name, its path, its section or its context",
          "[catalog_find]") {
  check({
      {"template of an ini file",
       "roles/pgbouncer/templates/pgbouncer.ini.j2",
       {"pgbouncer", "max_client_conn"},
       "",
       "pgbouncer.max_client_conn"},
      {"distinctive anywhere", "src/x.ts", {"max_client_conn"}, "", "pgbouncer.max_client_conn"},
      {"section written with brackets",
       "a/b.ini",
       {"[pgbouncer]", "default_pool_size"},
       "",
       "pgbouncer.default_pool_size"},
      {"path speaks", "etc/postgresql.conf", {"max_connections"}, "", "postgresql.max_connections"},
      {"nothing speaks", "etc/app.conf", {"max_connections"}, "", ""},
      {"image speaks",
       "k8s/db.yaml",
       {"args", "max_connections"},
       "docker.io/bitnami/postgresql:16",
       "postgresql.max_connections"},
      {"callee speaks",
       "src/db.java",
       {"setMaximumPoolSize"},
       "HikariConfig",
       "hikaricp.maximum_pool_size"},
      {"without its callee it does not", "src/db.java", {"setMaximumPoolSize"}, "", ""},
      {"parents longer than the name",
       "values.yaml",
       {"web", "resources", "limits", "memory"},
       "",
       "kubernetes.memory_limit"},
      {"list items with names",
       "x/web.yaml",
       {"spec", "template", "spec", "containers[web]", "livenessProbe", "timeoutSeconds"},
       "",
       "kubernetes.liveness_probe_timeout_seconds"},
      {"HAProxy's two words",
       "etc/haproxy.cfg",
       {"defaults", "timeout client"},
       "",
       "haproxy.timeout_client"},
      {"HAProxy's two words as parents",
       "etc/haproxy.cfg",
       {"defaults", "timeout", "client"},
       "",
       "haproxy.timeout_client"},
      {"a timeout is no HAProxy timeout elsewhere", "etc/app.yml", {"timeout", "client"}, "", ""},
  });
}

TEST_CASE("spelling, environment variables and prefixes do not hide a parameter",
          "[catalog_find]") {
  check({
      {"camelCase", "infra/index.ts", {"maxClientConn"}, "", "pgbouncer.max_client_conn"},
      {"prefix of its system",
       "group_vars/all.yml",
       {"pgbouncer_default_pool_size"},
       "",
       "pgbouncer.default_pool_size"},
      {"camelCase with its system",
       "infra/index.ts",
       {"pgbouncerDefaultPoolSize"},
       "",
       "pgbouncer.default_pool_size"},
      {"environment variable",
       ".env",
       {"PGBOUNCER_MAX_CLIENT_CONN"},
       "",
       "pgbouncer.max_client_conn"},
      {"environment variable with another prefix",
       ".env",
       {"POSTGRES_MAX_CONNECTIONS"},
       "",
       "postgresql.max_connections"},
      {"long distinctive name with a foreign prefix",
       ".env",
       {"MYAPP_MAX_CLIENT_CONN"},
       "",
       "pgbouncer.max_client_conn"},
      {"Spring's relaxed binding",
       ".env",
       {"SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE"},
       "",
       "hikaricp.maximum_pool_size"},
      {"Spring's property",
       "application.properties",
       {"spring.datasource.hikari.maximum-pool-size"},
       "",
       "hikaricp.maximum_pool_size"},
      {"Spring's YAML",
       "application.yml",
       {"spring", "datasource", "hikari", "maximum-pool-size"},
       "",
       "hikaricp.maximum_pool_size"},
      {"Kubernetes' env list",
       "k8s/pgbouncer.yaml",
       {"spec", "containers[pgbouncer]", "env[MAX_CLIENT_CONN]", "value"},
       "",
       "pgbouncer.max_client_conn"},
      {"Terraform's parameter block",
       "db.tf",
       {"resource.aws_db_parameter_group.postgres_main", "parameter[max_connections]", "value"},
       "aws_db_parameter_group",
       "postgresql.max_connections"},
      {"Terraform's variable",
       "variables.tf",
       {"variable", "max_client_conn", "default"},
       "",
       "pgbouncer.max_client_conn"},
      {"annotation",
       "k8s/web.yaml",
       {"metadata", "labels", "pod-security.kubernetes.io/enforce"},
       "",
       "kubernetes.pod_security_kubernetes_io_enforce"},
      {"file inside a ConfigMap",
       "k8s/configmap.yaml",
       {"data", "postgresql.conf", "max_connections"},
       "",
       "postgresql.max_connections"},
      {"ini inside a ConfigMap",
       "x.yaml",
       {"data", "pgbouncer.ini", "pgbouncer", "default_pool_size"},
       "",
       "pgbouncer.default_pool_size"},
  });
}

TEST_CASE("a look-alike is not taken for a parameter", "[catalog_find]") {
  check({
      {"longer name that ends alike", "x.ini", {"app_default_pool_size"}, "", ""},
      {"name that ends alike in the right file",
       "pgbouncer.ini",
       {"pgbouncer", "my_auth_type"},
       "",
       ""},
      {"part of a word", "etc/postgresql.conf", {"xmax_connections"}, "", ""},
      {"key as a parent", "etc/postgresql.conf", {"max_connections", "other"}, "", ""},
      {"a title that names a system",
       "site.yml",
       {"[Install redis on all hosts]", "timeout"},
       "",
       ""},
      {"a memory limit is not systemd's", "config.yml", {"cache", "memory", "limit"}, "", ""},
      {"a place in a list is no name", "x.yaml", {"env[0]", "value"}, "", ""},
      {"empty key", "postgresql.conf", {}, "", ""},
      {"empty segments", "postgresql.conf", {"", "..", ""}, "", ""},
      {"brackets alone", "postgresql.conf", {"[]", "["}, "", ""},
  });
}

TEST_CASE("one key is read by the system it stands in", "[catalog_find]") {
  check({
      {"max_connections of MySQL",
       "etc/mysql/my.cnf",
       {"mysqld", "max_connections"},
       "",
       "mysql.max_connections"},
      {"max_connections of Varnish",
       "hieradata/cache.yaml",
       {"varnish", "cache_be_opts", "max_connections"},
       "",
       "varnish.max_connections"},
      {"timeout of Redis", "redis/redis.conf", {"timeout"}, "", "redis.timeout"},
      {"timeout of Gunicorn", "deploy/gunicorn.conf.py", {"timeout"}, "", "gunicorn.timeout"},
      {"timeout of a request in Python",
       "src/a.py",
       {"timeout"},
       "requests.get",
       "python_http.timeout"},
      {"timeout of nobody", "src/a.py", {"timeout"}, "", ""},
      {"replicas of Kubernetes",
       "x/deployment.yaml",
       {"spec", "replicas"},
       "",
       "kubernetes.spec_replicas"},
      {"ingress annotation",
       "x/web.yaml",
       {"metadata", "annotations", "nginx.ingress.kubernetes.io/proxy-read-timeout"},
       "",
       "ingress_nginx.proxy_read_timeout"},
      {"heap of a JVM", "bin/start.sh", {"JAVA_OPTS", "-Xmx"}, "", "jvm.xmx"},
      {"JupyterHub's memory limit",
       "config/hub.yaml",
       {"singleuser", "memory", "limit"},
       "",
       "jupyterhub.memory_limit"},
  });
}

TEST_CASE("of two systems with one key the nearest sign decides", "[catalog_find]") {
  check({
      {"file name before folder",
       "roles/postgresql/templates/pgbouncer.ini.j2",
       {"listen_port"},
       "",
       "pgbouncer.listen_port"},
      {"section before path",
       "k8s/pgbouncer/values.yaml",
       {"postgresql", "ssl"},
       "",
       "postgresql.ssl"},
  });
}

TEST_CASE("a hostile key path costs no more than its length", "[catalog_find]") {
  std::vector<std::string> deep(20000, "resources");
  deep.push_back(std::string(1 << 20, 'x'));
  CHECK(found("a.yaml", deep).empty());
  CHECK(found(std::string(1 << 16, '/'), {"max_connections"}).empty());
  CHECK(found("a.yaml", {std::string(1 << 20, '.')}).empty());
  CHECK(found("a.yaml", {std::string(1 << 20, '[') + "]"}).empty());
}
