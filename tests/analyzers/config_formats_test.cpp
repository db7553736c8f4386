#include "tests/analyzers/change_cases.hpp"

#include <catch2/catch.hpp>

// Single settings of configuration formats, from the text to the finding.

using namespace leadline::test;

namespace {

const std::string k_saved = "*filter\n"
                            ":INPUT DROP [0:0]\n"
                            ":OUTPUT ACCEPT [0:0]\n"
                            "-A INPUT -p tcp -s 10.0.0.0/8 --dport 22 -j ACCEPT\n"
                            "-A INPUT -p tcp --dport 443 -j ACCEPT\n"
                            "COMMIT\n";
const std::string k_script = "#!/bin/bash\n"
                             "iptables -P INPUT DROP\n"
                             "iptables -A INPUT -p tcp --dport 22 -s 10.0.0.0/8 -j ACCEPT\n"
                             "ufw default deny incoming\n";
const std::string k_nft = "#!/usr/sbin/nft -f\n"
                          "flush ruleset\n"
                          "table inet filter {\n"
                          "  chain input {\n"
                          "    type filter hook input priority 0; policy drop;\n"
                          "    ip saddr 10.0.0.0/8 tcp dport 22 accept\n"
                          "  }\n"
                          "  chain output {\n"
                          "    type filter hook output priority 0; policy drop;\n"
                          "  }\n"
                          "}\n";

} // namespace

TEST_CASE("packet filters that let in more are found", "[config_formats]") {
  for (const ChangeCase& row : {
           ChangeCase{"saved policy", "etc/iptables/rules.v4", k_saved, ":INPUT DROP",
                      ":INPUT ACCEPT", "exposure.wildcard high"},
           ChangeCase{"saved source", "etc/iptables/rules.v4", k_saved, " -s 10.0.0.0/8", "",
                      "exposure.wildcard high"},
           ChangeCase{"saved, narrower", "etc/iptables/rules.v4", k_saved, "10.0.0.0/8",
                      "10.1.0.0/16", ""},
           ChangeCase{"what goes out", "etc/iptables/rules.v4", k_saved, ":OUTPUT ACCEPT",
                      ":OUTPUT DROP", ""},
           ChangeCase{"ssh for everybody", "etc/iptables/rules.v4", k_saved, "COMMIT",
                      "-A INPUT -p tcp --dport 5432 -j ACCEPT\nCOMMIT", "exposure.wildcard medium"},
           ChangeCase{"the web for everybody", "etc/iptables/rules.v4", k_saved, "COMMIT",
                      "-A INPUT -p tcp --dport 80 -j ACCEPT\nCOMMIT", ""},
           ChangeCase{"policy of a script", "bin/firewall.sh", k_script, "-P INPUT DROP",
                      "-P INPUT ACCEPT", "exposure.wildcard high"},
           ChangeCase{"source of a script", "bin/firewall.sh", k_script, " -s 10.0.0.0/8", "",
                      "exposure.wildcard high"},
           ChangeCase{"ufw", "bin/firewall.sh", k_script, "default deny incoming",
                      "default allow incoming", "exposure.wildcard high"},
           ChangeCase{"nft policy", "etc/nftables.conf", k_nft, "policy drop", "policy accept",
                      "exposure.wildcard high"},
           ChangeCase{"nft source", "etc/nftables.conf", k_nft, "ip saddr 10.0.0.0/8 ", "",
                      "exposure.wildcard high"},
           ChangeCase{"nft outgoing", "etc/nftables.conf", k_nft,
                      "hook output priority 0; policy drop",
                      "hook output priority 0; policy accept", ""},
           ChangeCase{"Puppet's firewall", "hieradata/common.yaml",
                      "firewall:\n  '999 rest':\n    proto: all\n    action: drop\n",
                      "action: drop", "action: accept", "exposure.wildcard high"},
           ChangeCase{"a verdict of something else", "config/review.yaml",
                      "proposal:\n  action: reject\n", "action: reject", "action: accept", ""},
       }) {
    check_change(row);
  }
}

TEST_CASE("statements that set a server's parameters are settings", "[config_formats]") {
  const std::string text = "ALTER SYSTEM SET max_connections = 500;\n"
                           "ALTER SYSTEM SET fsync TO on;\n"
                           "ALTER ROLE app\n  SET statement_timeout = '30s';\n"
                           "SET GLOBAL innodb_flush_log_at_trx_commit = 1;\n"
                           "SET @@GLOBAL.max_connections = 1000;\n"
                           "SET statement_timeout = 0;\n"
                           "SELECT 1;\n";
  for (const ChangeCase& row : {
           ChangeCase{"capacity", "db/tune.sql", text, "= 500", "= 50", "capacity.drop high"},
           ChangeCase{"durability", "db/tune.sql", text, "TO on", "TO off",
                      "protection.disabled high"},
           ChangeCase{"of a role, over two lines", "db/tune.sql", text, "'30s'", "'300ms'",
                      "timeout.cut critical"},
           ChangeCase{"MySQL's", "db/tune.sql", text, "commit = 1", "commit = 0",
                      "protection.weakened high"},
           ChangeCase{"its other spelling", "db/tune.sql", text, "= 1000", "= 100",
                      "capacity.drop high"},
           ChangeCase{"of the session alone", "db/tune.sql", text, "SET statement_timeout = 0;",
                      "SET statement_timeout = 900;", ""},
       }) {
    check_change(row);
  }
}

TEST_CASE("options of a job are settings of it", "[config_formats]") {
  const std::string jobs = "MAILTO=ops\n"
                           "15 3 * * * root /usr/local/bin/purge-backups --older-than 400d --yes\n"
                           "30 3 * * * root find /srv/backups -type f -mtime +30 -delete\n";
  for (const ChangeCase& row : {
           ChangeCase{"two zeros lost", "etc/cron.d/purge", jobs, "400d", "4d",
                      "retention.cut critical"},
           ChangeCase{"find", "etc/cron.d/purge", jobs, "+30", "+3", "retention.cut high"},
           ChangeCase{"the hour", "etc/cron.d/purge", jobs, "15 3 * * *", "15 4 * * *",
                      "schedule.destructive medium"},
           ChangeCase{"open files of a script", "bin/start.sh",
                      "#!/bin/bash\nulimit -n 65536\nexec app\n", "65536", "1024",
                      "capacity.drop critical"},
       }) {
    check_change(row);
  }
}

TEST_CASE("records of a zone are told", "[config_formats]") {
  const std::string zone = "$TTL 300\n"
                           "@ IN SOA ns1.example.com. admin.example.com. (\n"
                           "    2024010101 ; serial\n"
                           "    7200       ; refresh\n"
                           "    3600       ; retry\n"
                           "    1209600    ; expire\n"
                           "    300 )      ; minimum\n"
                           "@ IN NS ns1.example.com.\n"
                           "@ IN MX 10 mail.example.com.\n";
  const std::string terraform = "resource \"aws_route53_record\" \"mail\" {\n"
                                "  type    = \"MX\"\n"
                                "  records = [\"10 mail.example.com\"]\n"
                                "}\n";
  for (const ChangeCase& row : {
           ChangeCase{"mail", "zones/example.com.zone", zone, "10 mail.example.com.",
                      "10 mail.example.net.", "address.changed medium"},
           ChangeCase{"no mail", "zones/example.com.zone", zone, "@ IN MX 10 mail.example.com.\n",
                      "", "address.changed medium"},
           ChangeCase{"name server", "zones/example.com.zone", zone, "NS ns1.example.com.",
                      "NS ns1.example.net.", "address.changed medium"},
           ChangeCase{"expiry", "zones/example.com.zone", zone, "1209600 ", "12096 ",
                      "ttl.cut high"},
           ChangeCase{"serial", "zones/example.com.zone", zone, "2024010101", "2024010102", ""},
           ChangeCase{"of a cloud", "terraform/dns.tf", terraform, "mail.example.com",
                      "mail.example.net", "address.changed medium"},
       }) {
    check_change(row);
  }
}

TEST_CASE("alerts that other people see are told", "[config_formats]") {
  const std::string routes = "route:\n"
                             "  receiver: chat\n"
                             "  routes:\n"
                             "    - matchers:\n"
                             "        - severity=\"critical\"\n"
                             "      receiver: pager\n"
                             "    - match_re:\n"
                             "        team: shop|till\n"
                             "      receiver: chat\n"
                             "receivers:\n"
                             "  - name: pager\n"
                             "    opsgenie_configs:\n"
                             "      - priority: P1\n";
  const std::string rules = "groups:\n"
                            "  - name: disk\n"
                            "    rules:\n"
                            "      - alert: DiskFull\n"
                            "        expr: free / size < 0.1\n"
                            "        labels:\n"
                            "          severity: page\n";
  for (const ChangeCase& row : {
           ChangeCase{"a label that no alert has", "alertmanager.yml", routes, "critical", "crit",
                      "alert.downgraded medium"},
           ChangeCase{"another team", "alertmanager.yml", routes, "shop|till", "shop|desk",
                      "alert.changed medium"},
           ChangeCase{"one team more", "alertmanager.yml", routes, "shop|till", "shop|till|desk",
                      ""},
           ChangeCase{"priority", "alertmanager.yml", routes, "P1", "P5",
                      "alert.downgraded medium"},
           ChangeCase{"in production", "prod/alertmanager.yml", routes, "P1", "P5",
                      "alert.downgraded high"},
           ChangeCase{"severity", "prod/prometheus/rules.yml", rules, "severity: page",
                      "severity: info", "alert.downgraded high"},
           ChangeCase{"turned round", "prometheus/rules.yml", rules, "< 0.1", "> 0.1",
                      "alert.downgraded high"},
       }) {
    check_change(row);
  }
}

TEST_CASE("what a cluster may do and keep is told", "[config_formats]") {
  const std::string role = "kind: ClusterRole\n"
                           "metadata:\n  name: reader\n"
                           "rules:\n"
                           "  - apiGroups: [\"\"]\n"
                           "    resources: [\"pods\"]\n"
                           "    verbs: [\"get\"]\n";
  const std::string pod = "kind: Deployment\n"
                          "spec:\n"
                          "  strategy:\n    type: RollingUpdate\n"
                          "  template:\n    spec:\n      containers:\n"
                          "        - name: db\n"
                          "          image: postgres:16@sha256:"
                          "4bcdffd70da292293d059d2435c7056711fab2655f8b74f48ad0abe042b63687\n"
                          "          volumeMounts:\n"
                          "            - name: data\n"
                          "              mountPath: /var/lib/postgresql/data\n";
  const std::string login =
      "kind: Ingress\nmetadata:\n  annotations:\n"
      "    nginx.ingress.kubernetes.io/auth-url: https://login.example.com/auth\n"
      "spec:\n  rules:\n    - host: a.example.com\n";
  for (const ChangeCase& row : {
           ChangeCase{"secrets", "k8s/role.yaml", role, "[\"pods\"]", "[\"pods\", \"secrets\"]",
                      "permission.widened medium"},
           ChangeCase{"in production", "k8s/prod/role.yaml", role, "[\"pods\"]",
                      "[\"pods\", \"secrets\"]", "permission.widened high"},
           ChangeCase{"a rule of its own", "k8s/role.yaml", role, "    verbs: [\"get\"]\n",
                      "    verbs: [\"get\"]\n  - apiGroups: [\"\"]\n    resources: [secrets]\n    "
                      "verbs: [get]\n",
                      "permission.widened medium"},
           ChangeCase{"more than it has", "k8s/role.yaml", role, "[\"get\"]",
                      "[\"get\", \"escalate\"]", "permission.widened medium"},
           ChangeCase{"pods and services", "k8s/role.yaml", role, "[\"pods\"]",
                      "[\"pods\", \"services\"]", ""},
           ChangeCase{"all at once", "k8s/prod/db.yaml", pod, "RollingUpdate", "Recreate",
                      "mode.changed high"},
           ChangeCase{"another folder", "k8s/db.yaml", pod, "/var/lib/postgresql/data", "/data",
                      "address.changed high"},
           ChangeCase{"of Compose", "docker-compose.yml",
                      "services:\n  db:\n    volumes:\n      - data:/var/lib/mysql\n",
                      "/var/lib/mysql", "/var/lib/data", "address.changed high"},
           ChangeCase{"whatever is newest", "k8s/db.yaml", pod,
                      ":16@sha256:4bcdffd70da292293d059d2435c7056711fab2655f8b74f48ad0abe042b63687",
                      ":latest", "mode.changed medium"},
           ChangeCase{"no login", "k8s/ingress.yaml", login,
                      "    nginx.ingress.kubernetes.io/auth-url: https://login.example.com/auth\n",
                      "", "protection.removed high"},
           ChangeCase{"data of a chart", "deploy/values.yaml",
                      "primary:\n  persistence:\n    enabled: true\n", "enabled: true",
                      "enabled: false", "protection.disabled high"},
       }) {
    check_change(row);
  }
}

TEST_CASE("clouds, brokers and web servers", "[config_formats]") {
  const std::string cache = "resource \"aws_elasticache_replication_group\" \"a\" {\n"
                            "  transit_encryption_enabled = true\n"
                            "  at_rest_encryption_enabled = true\n"
                            "}\n";
  const std::string group = "resource \"aws_eks_node_group\" \"a\" {\n"
                            "  capacity_type = \"ON_DEMAND\"\n"
                            "}\n";
  const std::string web = "resource \"aws_instance\" \"web\" {\n  count = 6\n}\n";
  const std::string kafka = "default.replication.factor=3\nmin.insync.replicas=2\n";
  const std::string action = "jobs:\n  a:\n    steps:\n      - uses: acme/tool@"
                             "2f7c5bfce28377bc069a65ba478de0a74aa0ca32\n";
  const std::string commit = "2f7c5bfce28377bc069a65ba478de0a74aa0ca32";
  for (const ChangeCase& row : {
           ChangeCase{"no TLS", "terraform/cache.tf", cache, "transit_encryption_enabled = true",
                      "transit_encryption_enabled = false", "protection.disabled high"},
           ChangeCase{"the line gone", "terraform/cache.tf", cache,
                      "  transit_encryption_enabled = true\n", "", "protection.removed high"},
           ChangeCase{
               "a port without TLS", "terraform/redis.tf",
               "resource \"azurerm_redis_cache\" \"a\" {\n  enable_non_ssl_port = false\n}\n",
               "false", "true", "protection.disabled high"},
           ChangeCase{"a mode that is none", "terraform/redis.tf",
                      "resource \"google_redis_instance\" \"a\" {\n  transit_encryption_mode = "
                      "\"SERVER_AUTHENTICATION\"\n}\n",
                      "SERVER_AUTHENTICATION", "DISABLED", "protection.disabled high"},
           ChangeCase{"machines on call", "terraform/eks.tf", group, "ON_DEMAND", "SPOT",
                      "mode.changed medium"},
           ChangeCase{"the other way", "terraform/eks.tf",
                      "resource \"aws_eks_node_group\" \"a\" {\n  capacity_type = \"SPOT\"\n}\n",
                      "SPOT", "ON_DEMAND", ""},
           ChangeCase{"one of six", "terraform/prod/web.tf", web, "6", "1", "replicas.single high"},
           ChangeCase{"switched off", "terraform/prod/web.tf",
                      "resource \"aws_instance\" \"web\" {\n  count = 1\n}\n", "1", "0",
                      "replicas.zero medium"},
           ChangeCase{"copies of topics", "kafka/server.properties", kafka, "factor=3", "factor=1",
                      "replicas.single high"},
           ChangeCase{"copies of one", "kafka/topic.yaml",
                      "kind: KafkaTopic\nspec:\n  replicas: 3\n", "replicas: 3", "replicas: 1",
                      "replicas.single high"},
           ChangeCase{"by its name alone", "topics.yml",
                      "topics:\n  - name: orders\n    replication_factor: 3\n", "factor: 3",
                      "factor: 1", "replicas.single high"},
           ChangeCase{"everybody comes in", "apache/site.conf",
                      "<Location \"/admin\">\n  Require valid-user\n</Location>\n", "valid-user",
                      "all granted", "exposure.wildcard high"},
           ChangeCase{"every endpoint", "src/main/resources/application.properties",
                      "management.endpoints.web.exposure.include=health\n", "health", "*",
                      "exposure.wildcard high"},
           ChangeCase{"a test authority", "k8s/prod/cert.yaml",
                      "kind: Certificate\nspec:\n  issuerRef:\n    name: letsencrypt-prod\n",
                      "letsencrypt-prod", "letsencrypt-staging", "environment.crossed high"},
           ChangeCase{"connections thrown away", "application.properties",
                      "spring.datasource.hikari.max-lifetime=1800000\n", "1800000", "30000",
                      "timeout.cut high"},
           ChangeCase{"no access log", "nginx/nginx.conf",
                      "http {\n  access_log /var/log/nginx/access.log;\n}\n",
                      "/var/log/nginx/access.log", "off", "verbosity.lowered medium"},
           ChangeCase{"no record of who did what", "terraform/prod/trail.tf",
                      "resource \"aws_cloudtrail\" \"a\" {\n  enable_logging = true\n}\n", "true",
                      "false", "protection.disabled high"},
           ChangeCase{"a branch", ".github/workflows/ci.yml", action, commit, "main",
                      "protection.weakened medium"},
           ChangeCase{"another commit", ".github/workflows/ci.yml", action, commit,
                      "3f7c5bfce28377bc069a65ba478de0a74aa0ca32", ""},
       }) {
    check_change(row);
  }
}
