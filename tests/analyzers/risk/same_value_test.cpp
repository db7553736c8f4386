#include "tests/analyzers/risk/rule_cases.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::check_case;
using leadline::test::RuleCase;

namespace {

// What a pull request rewrites without changing what the program reads, and the same edit when it
// does change something: `rule` is "" for the first.
struct Row {
  std::string path;
  std::string key;
  std::string old_value;
  std::string new_value;
  std::string rule;
};

void check_rows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    check_case(
        RuleCase{row.key, row.path, row.key, row.old_value, row.new_value, row.rule, std::nullopt});
  }
}

} // namespace

TEST_CASE("a switch in another spelling is the same switch", "[same_value]") {
  check_rows({
      {"postgresql.conf", "fsync", "on", "true", ""},
      {"postgresql.conf", "fsync", "on", "1", ""},
      {"postgresql.conf", "fsync", "on", "0", "protection.disabled"},
      {"postgresql.conf", "synchronous_commit", "on", "yes", ""},
      {"app/config.yaml", "tls.verify", "yes", "true", ""},
      {"app/config.yaml", "tls.verify", "1", "no", "protection.disabled"},
      {"app/.env", "ENABLE_CACHE", "1", "yes", ""},
      // A bare 1 is a switch where the other side is one, whatever the key is called.
      {"app/.env", "ENABLE_CACHE", "1", "no", "switch.off"},
      {"app/.env", "ENABLE_CACHE", "off", "1", "flag.enabled"},
      // And a number where it is not.
      {"app/config.yaml", "worker_threads", "8", "1", "capacity.drop"},
  });
}

TEST_CASE("a TLS version in another spelling is the same version", "[same_value]") {
  check_rows({
      {"app/config.yaml", "tls_min_version", "tls12", "1.2", ""},
      {"app/config.yaml", "tls_min_version", "TLSv1_2", "TLS1.2", ""},
      {"app/config.yaml", "server.tls.minVersion", "VersionTLS12", "TLSv1.2", ""},
      {"app/config.yaml", "tls_min_version", "TLS_1_3", "tls13", ""},
      {"app/config.yaml", "tls_min_version", "TLSv1_2", "TLSv1_1", "protection.weakened"},
      {"app/config.yaml", "tls_min_version", "1.2", "1.0", "protection.weakened"},
      {"app/config.yaml", "tls_min_version", "tls12", "1.3", "protection.changed"},
      {"cdn/main.tf", "viewer.minimum_protocol_version", "TLSv1.2_2021", "TLSv1",
       "protection.weakened"},
      // Versions of other things.
      {"app/config.yaml", "api.schema", "1.2", "1.0", ""},
  });
}

TEST_CASE("quantities of Kubernetes are read as it reads them", "[same_value]") {
  const std::string path = "k8s/deployment.yaml";
  const std::string memory = "resources.limits.memory";
  const std::string cpu = "resources.limits.cpu";
  check_rows({
      {path, memory, "1Gi", "1024Mi", ""},
      {path, memory, "1G", "1000M", ""},
      {path, memory, "100k", "100000", ""},
      {path, memory, "512M", "512Mi", ""},              // a twentieth
      {path, memory, "512Mi", "512m", "capacity.drop"}, // half a byte
      {path, memory, "512Mi", "512", "unit.dropped"},
      {path, memory, "512Mi", "512k", "capacity.drop"},
      {path, cpu, "500m", "0.5", ""},
      {path, cpu, "1", "1000m", ""},
      {path, cpu, "2", "2m", "capacity.drop"},
      {"k8s/quota.yaml", "hard.pods", "1k", "1000", ""},
      {"k8s/quota.yaml", "hard.pods", "1k", "100", "capacity.drop"},
      {"k8s/quota.yaml", "hard.requests.cpu", "4", "4000m", ""},
      {"k8s/quota.yaml", "hard.requests.memory", "1Ti", "1Gi", "capacity.drop"},
      // Compose counts in powers of 1024, and small letters are no thousandths.
      {"docker-compose.yml", "services.web.deploy.resources.limits.memory", "512M", "512m", ""},
  });
}

TEST_CASE("a file is no address, however its key is called", "[same_value]") {
  check_rows({
      {"app/config.yaml", "tls.ca_path", "/etc/ssl/ca-2023.pem", "/etc/ssl/ca-2024.pem", ""},
      {"app/config.yaml", "tls.ca_uri", "certs/ca-2023.pem", "certs/ca-2024.pem", ""},
      {"app/config.yaml", "server_cert", "certs/old.crt", "certs/new.crt", ""},
      {"app/config.yaml", "upstream_ca_path", "./tls/old", "./tls/new", ""},
      {"nginx.conf", "http.ssl_certificate", "certs/a.pem", "certs/b.pem", ""},
      {"app/config.yaml", "upstream_uri", "http://a.example/x.json", "http://b.example/x.json",
       "address.changed"},
      {"app/config.yaml", "db.server", "db1.internal", "db2.internal", "address.changed"},
  });
}

TEST_CASE("a pattern of hosts that only loses groups is no other address", "[same_value]") {
  check_rows({
      {"deploy/site.yml", "[firewall].hosts", "proxy:old_proxy:db", "proxy:db", ""},
      {"deploy/site.yml", "[firewall].hosts", "all:!proxy:!old", "all:!proxy", ""},
      {"deploy/site.yml", "[firewall].hosts", "proxy:db", "proxy:web", "address.changed"},
      {"app/config.yaml", "redis.hosts", "a.internal:1,b.internal:1", "a.internal:1",
       "address.changed"},
  });
}
