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

TEST_CASE("numbers are judged by kind, direction and size of the step", "[rules]") {
  for (const RuleCase& row : {
           RuleCase{"the founding incident", "templates/pgbouncer.ini.j2",
                    "pgbouncer.max_client_conn", "200", "20", "capacity.drop", Severity::high},
           RuleCase{"an unknown pool, ten times less",
                    k_path,
                    "db.acme_pool_size",
                    "50",
                    "5",
                    "capacity.drop",
                    {}},
           RuleCase{"fine tuning", k_path, "db.acme_pool_size", "50", "48", "", {}},
           RuleCase{"a little less memory is less",
                    k_path,
                    "app.memory",
                    "16Gi",
                    "12Gi",
                    "capacity.drop",
                    {}},
           RuleCase{"ordinary growth of memory", k_path, "app.memory", "5000Mi", "6000Mi", "", {}},
           RuleCase{
               "ordinary growth of a disk", k_path, "data.volume_size", "75Gi", "100Gi", "", {}},
           RuleCase{"eight times the memory is no growth",
                    k_path,
                    "app.memory",
                    "128Mi",
                    "1Gi",
                    "capacity.jump",
                    {}},
           RuleCase{"twice the connections reach the database",
                    k_path,
                    "app.max_connections",
                    "200",
                    "400",
                    "capacity.jump",
                    {}},
           RuleCase{"timeout cut", k_path, "svc.request_timeout", "60s", "10s", "timeout.cut", {}},
           RuleCase{"timeout trimmed", k_path, "svc.request_timeout", "60s", "55s", "", {}},
           RuleCase{
               "timeout raised", k_path, "svc.request_timeout", "10s", "60s", "timeout.raise", {}},
           RuleCase{"polls a thousand times as often",
                    k_path,
                    "sync.interval",
                    "24h",
                    "1m",
                    "interval.changed",
                    {}},
           RuleCase{"interval trimmed", k_path, "sync.interval", "30s", "40s", "", {}},
           RuleCase{"retention cut", k_path, "store.retention", "60d", "30d", "retention.cut", {}},
           RuleCase{"retention raised costs only money",
                    k_path,
                    "store.retention",
                    "30d",
                    "60d",
                    "",
                    {}},
           RuleCase{"cache lifetime cut", k_path, "user_cache_ttl", "12h", "2h", "ttl.cut", {}},
           RuleCase{"one copy left", k_path, "web.replicas", "3", "1", "replicas.single", {}},
           RuleCase{"no copy left", k_path, "web.replicas", "3", "0", "replicas.zero", {}},
           RuleCase{"fewer copies", k_path, "web.replicas", "10", "5", "replicas.reduced", {}},
           RuleCase{"more copies of what has several", k_path, "web.replicas", "3", "4", "", {}},
           RuleCase{"the second copy", k_path, "web.replicas", "1", "3", "replicas.multiplied", {}},
           RuleCase{"retries without end",
                    k_path,
                    "client.max_retries",
                    "3",
                    "-1",
                    "retries.unbounded",
                    {}},
           RuleCase{"one more retry", k_path, "client.max_retries", "3", "4", "", {}},
           RuleCase{"no share of the traffic",
                    k_path,
                    "hosts.a.weight",
                    "100",
                    "0",
                    "traffic.shifted",
                    {}},
           RuleCase{"everybody gets the flag",
                    k_path,
                    "new_checkout.rollout_percentage",
                    "5",
                    "100",
                    "flag.enabled",
                    {}},
           RuleCase{
               "threshold", k_path, "lvs.depool_threshold", ".5", ".8", "threshold.changed", {}},
           RuleCase{"the default of a template counts",
                    k_path,
                    "defaults.read_timeout",
                    "{{ t | default(60) }}",
                    "{{ t | default(6) }}",
                    "timeout.cut",
                    {}},
           RuleCase{"an unknown number of no kind", k_path, "app.foo", "17", "33", "", {}},
           RuleCase{"an unknown number, a zero lost",
                    k_path,
                    "app.foo",
                    "3000",
                    "300",
                    "magnitude.slip",
                    {}},
       }) {
    check_case(row);
  }
}

TEST_CASE("units that change or go are named", "[rules]") {
  for (const RuleCase& row : {
           RuleCase{"same digits, another unit",
                    k_path,
                    "app.acme_room",
                    "16Gi",
                    "16Mi",
                    "unit.changed",
                    {}},
           RuleCase{"the unit is gone", k_path, "app.acme_span", "50s", "90", "unit.dropped", {}},
           RuleCase{"another way to write the same", k_path, "app.acme_span", "60s", "1m", "", {}},
       }) {
    check_case(row);
  }
}

TEST_CASE("protections that go are found, those that come are only mentioned", "[rules]") {
  for (const RuleCase& row : {
           RuleCase{"TLS off", k_path, "rabbitmq_use_ssl", "True", "False", "protection.disabled",
                    Severity::high},
           RuleCase{"verification skipped", k_path, "s3.insecure_skip_verify", "false", "true",
                    "protection.disabled", Severity::high},
           RuleCase{"generic leaf, telling parent",
                    k_path,
                    "tls.enabled",
                    "true",
                    "false",
                    "protection.disabled",
                    {}},
           RuleCase{"an ordinary switch", k_path, "banner.enabled", "true", "false", "switch.off",
                    Severity::medium},
           RuleCase{"another spelling of the same", k_path, "tls.enabled", "true", "yes", "", {}},
           RuleCase{"older TLS again", k_path, "ssl_protocols", "TLSv1.2 TLSv1.3",
                    "TLSv1 TLSv1.2 TLSv1.3", "protection.weakened", Severity::high},
           RuleCase{"older TLS refused", k_path, "ssl_protocols", "TLSv1 TLSv1.1 TLSv1.2",
                    "TLSv1.2", "protection.changed", Severity::medium},
           RuleCase{"exclusions",
                    k_path,
                    "ssl_protocol",
                    "ALL -SSLv2 -SSLv3",
                    "ALL -SSLv2 -SSLv3 -TLSv1",
                    "protection.changed",
                    {}},
           RuleCase{"sslmode goes down the ladder",
                    k_path,
                    "url.sslmode",
                    "verify-full",
                    "require",
                    "protection.weakened",
                    {}},
           RuleCase{"a removed verify-full is as bad as a changed one", k_path, "url.sslmode",
                    "verify-full", k_none, "protection.removed", Severity::high},
           RuleCase{"a removed disable is not", k_path, "url.sslmode", "disable", k_none, "", {}},
           RuleCase{"a removed switch that guarded",
                    k_path,
                    "store.encryption_enabled",
                    "true",
                    k_none,
                    "protection.removed",
                    {}},
           RuleCase{"a removed switch that guarded nothing",
                    k_path,
                    "banner.enabled",
                    "true",
                    k_none,
                    "",
                    {}},
           RuleCase{"added insecure switch", k_path, "s3.insecure", k_none, "true",
                    "protection.disabled", Severity::medium},
           RuleCase{"content policy opened",
                    k_path,
                    "headers.Content-Security-Policy",
                    "script-src 'self'",
                    "script-src 'self' 'unsafe-inline'",
                    "protection.weakened",
                    {}},
           RuleCase{"a directive without sources",
                    k_path,
                    "headers.Content-Security-Policy",
                    "default-src 'none'; img-src 'self'",
                    "default-src; img-src 'self'",
                    "value.malformed",
                    {}},
           RuleCase{
               "ciphers", k_path, "ssl_ciphers", "HIGH:!aNULL", "HIGH", "protection.changed", {}},
       }) {
    check_case(row);
  }
}

TEST_CASE("values that nothing can read, and blanks", "[rules]") {
  for (const RuleCase& row : {
           RuleCase{
               "stray quote", k_path, "sched.strategy_x", "pack", "pack'", "value.malformed", {}},
           RuleCase{"apostrophe in prose", k_path, "app.acme_words", "do not", "don't", "", {}},
           RuleCase{"two colons", k_path, "emitter.recipient", "http://localhost:8000/",
                    "http://127.0.0.1::8000/", "value.malformed", Severity::high},
           RuleCase{"octet above 255",
                    k_path,
                    "app.peer",
                    "10.0.0.1",
                    "10.0.0.300",
                    "value.malformed",
                    {}},
           RuleCase{"port above 65535",
                    k_path,
                    "app.peer",
                    "10.0.0.1:80",
                    "10.0.0.1:80800",
                    "value.malformed",
                    {}},
           RuleCase{"no such day",
                    k_path,
                    "license.until",
                    "2026-02-28",
                    "2026-02-30",
                    "value.malformed",
                    {}},
           RuleCase{"leap day", k_path, "license.until", "2026-02-28", "2028-02-29", "", {}},
           RuleCase{"no such hour",
                    k_path,
                    "job.schedule",
                    "0 23 * * *",
                    "0 24 * * *",
                    "value.malformed",
                    {}},
           RuleCase{"bracket never closed",
                    k_path,
                    "app.srange",
                    "(a b)",
                    "((a b)",
                    "value.malformed",
                    {}},
           RuleCase{"it was broken before", k_path, "app.acme_words", "(a", "(b", "", {}},
           RuleCase{"blank", k_path, "db.host", "db-1", "", "value.blank", {}},
           RuleCase{"prose may hold anything", k_path, "app.description", "a", "a (b", "", {}},
       }) {
    check_case(row);
  }
}

TEST_CASE("addresses, environments and exposure", "[rules]") {
  for (const RuleCase& row : {
           RuleCase{"another database host", k_path, "env.POSTGRES_HOST", "postgres-rw.default.svc",
                    "postgres-ro.default.svc", "address.changed", Severity::medium},
           RuleCase{"the same host, another path",
                    k_path,
                    "api.url",
                    "https://a.example/v1",
                    "https://a.example/v2",
                    "",
                    {}},
           RuleCase{"a logo",
                    k_path,
                    "page.logo_url",
                    "https://a.example/x.png",
                    "https://b.example/x.png",
                    "",
                    {}},
           RuleCase{"a staging host in production", "deploy/production/app.yaml", "db.host",
                    "db.prod.internal", "db.staging.internal", "environment.crossed",
                    Severity::high},
           RuleCase{"tests that reach production", "deploy/staging/app.yaml", "db.host",
                    "db.staging.internal", "db.prod.internal", "environment.crossed",
                    Severity::high},
           RuleCase{"issuer",
                    k_path,
                    "annotations.cluster-issuer",
                    "letsencrypt-prod",
                    "letsencrypt-staging",
                    "environment.crossed",
                    {}},
           RuleCase{"open to every address", k_path, "sg.cidr_blocks", "10.0.0.0/8", "0.0.0.0/0",
                    "exposure.wildcard", Severity::high},
           RuleCase{"egress to anywhere is usual",
                    k_path,
                    "sg.egress.cidr_blocks",
                    "10.0.0.0/8",
                    "0.0.0.0/0",
                    "pattern.changed",
                    {}},
           RuleCase{"CORS for all",
                    k_path,
                    "cors.allow_origin",
                    "https://a.example",
                    "*",
                    "exposure.wildcard",
                    {}},
           RuleCase{"listens everywhere",
                    k_path,
                    "redis.bind",
                    "127.0.0.1",
                    "0.0.0.0",
                    "exposure.wildcard",
                    {}},
           RuleCase{"everybody may write", k_path, "volume.default_mode", "0420", "0777",
                    "permission.widened", Severity::high},
           RuleCase{"narrower permissions", k_path, "volume.default_mode", "0755", "0700", "", {}},
           RuleCase{"all actions",
                    k_path,
                    "statement.actions",
                    "s3:GetObject",
                    "*",
                    "permission.widened",
                    {}},
           RuleCase{"another variable for the address",
                    k_path,
                    "db.host",
                    "{{ old_db }}",
                    "{{ new_db }}",
                    "address.changed",
                    {}},
           RuleCase{"logic around addresses",
                    k_path,
                    "db.host",
                    "{% if a %}{{ b }}{% endif %}",
                    "{% if c %}{{ b }}{% endif %}",
                    "",
                    {}},
           RuleCase{"a file is no address",
                    k_path,
                    "uri.ca_path",
                    "/etc/a-2025.pem",
                    "/etc/a-2026.pem",
                    "",
                    {}},
           RuleCase{
               "a release to download", k_path, "app.urls", "app-1.0.tgz", "app-1.1.tgz", "", {}},
           RuleCase{"another machine",
                    k_path,
                    "db.instance_type",
                    "db.m5.2xlarge",
                    "db.m5.xlarge",
                    "capacity.drop",
                    {}},
           RuleCase{"another machine family",
                    k_path,
                    "db.instance_type",
                    "db.t3.large",
                    "m5.large",
                    "mode.changed",
                    {}},
           RuleCase{
               "one server of two", k_path, "servers[web].count", "2", "1", "replicas.single", {}},
           RuleCase{"a rule of who may do it",
                    k_path,
                    "add_member",
                    "",
                    "role:admin or rule:owner",
                    "permission.changed",
                    {}},
           RuleCase{"a role that is named admin, in a new line",
                    k_path,
                    "team_admin_role",
                    k_none,
                    "admin",
                    "",
                    {}},
           RuleCase{
               "a switch in a new line", k_path, "letsencrypt_ssl_enable", k_none, "false", "", {}},
           RuleCase{"verification off in a new line",
                    k_path,
                    "get.verify_ssl",
                    k_none,
                    "false",
                    "protection.disabled",
                    {}},
           RuleCase{"the host of a logo",
                    k_path,
                    "page.logo_url.host",
                    "a.example",
                    "b.example",
                    "",
                    {}},
           RuleCase{"the chart of an OCI address",
                    k_path,
                    "spec.url.database",
                    "acme/charts/a",
                    "acme/charts/b",
                    "",
                    {}},
           RuleCase{"a certificate where a key stood",
                    k_path,
                    "server.tls_file",
                    "/etc/a.key",
                    "/etc/a.crt",
                    "value.malformed",
                    {}},
           RuleCase{"nested quantifiers",
                    k_path,
                    "waf.regex",
                    "a+b",
                    "(?:.*=.*)*b",
                    "pattern.nested_quantifiers",
                    {}},
           RuleCase{"repetition of a plain group", k_path, "waf.regex", "a+b", "(?:ab)*b", "", {}},
           RuleCase{"a list that refuses everything",
                    k_path,
                    "url_blacklist.pattern",
                    "evil.example",
                    "/",
                    "pattern.matches_everything",
                    {}},
       }) {
    check_case(row);
  }
}

TEST_CASE("alerts, schedules, versions and modes", "[rules]") {
  const std::string rules = "prometheus/rules.yaml";
  for (const RuleCase& row : {
           RuleCase{"pager to chat", "alertmanager.yml", "route.receiver", "pagerduty-db",
                    "slack-low", "alert.downgraded", Severity::high},
           RuleCase{"nobody is woken",
                    rules,
                    "rules[PoolFull].labels.severity",
                    "critical",
                    "warning",
                    "alert.downgraded",
                    {}},
           RuleCase{
               "fires later", rules, "rules[PoolFull].for", "5m", "30m", "alert.downgraded", {}},
           RuleCase{"fires at more",
                    rules,
                    "rules[Hot].expr",
                    "temperature > 70",
                    "temperature > 75",
                    "alert.downgraded",
                    {}},
           RuleCase{"a rewritten expression",
                    rules,
                    "rules[Hot].expr",
                    "temperature > 70",
                    "sum(temperature) > 70",
                    "",
                    {}},
           RuleCase{"only written in another way",
                    rules,
                    "rules[Hot].expr",
                    "temperature > 70",
                    "temperature > 70.0",
                    "",
                    {}},
           RuleCase{"backups twice a day instead of hourly",
                    "backup/job.yaml",
                    "trigger.schedule",
                    "0 * * * *",
                    "0 */12 * * *",
                    "schedule.changed",
                    {}},
           RuleCase{"a clean-up job",
                    k_path,
                    "cleanup.schedule",
                    "0 3 * * *",
                    "*/5 * * * *",
                    "schedule.destructive",
                    {}},
           RuleCase{"another major version of a database",
                    k_path,
                    "image",
                    "postgres:14.2",
                    "postgres:16.1",
                    "version.stateful",
                    {}},
           RuleCase{"a patch", k_path, "image", "postgres:14.2", "postgres:14.3", "", {}},
           RuleCase{"its exporter",
                    k_path,
                    "image",
                    "postgres-exporter:0.9",
                    "postgres-exporter:1.0",
                    "",
                    {}},
           RuleCase{"any other image", k_path, "image", "acme/web:1.4", "acme/web:2.0", "", {}},
           RuleCase{"debug", k_path, "app.log_level", "info", "debug", "verbosity.raised", {}},
           RuleCase{"a little less", k_path, "app.log_level", "info", "warn", "", {}},
           RuleCase{"mode", k_path, "frontend.mode", "tcp", "http", "mode.changed", {}},
           RuleCase{"a display name", k_path, "app.display_name", "tcp", "http", "", {}},
       }) {
    check_case(row);
  }
}

TEST_CASE("the environment and the role of the file weigh the same change differently", "[rules]") {
  const auto urgency = [](const std::string& path) {
    return leadline::test::judge_case({"", path, "web.memory_limit", "16Gi", "4Gi", "", {}})
        ->urgency;
  };
  CHECK(urgency("clusters/production/web.yaml") > urgency("clusters/main/web.yaml"));
  CHECK(urgency("clusters/main/web.yaml") > urgency("clusters/staging/web.yaml"));
  CHECK(urgency("clusters/staging/web.yaml") > urgency("clusters/dev/web.yaml"));
  CHECK(urgency("tests/web.yaml") < urgency("clusters/main/web.yaml"));
  CHECK(urgency("docs/web.yaml") < urgency("clusters/main/web.yaml"));
  CHECK(judge_case({"", "tests/web.yaml", "web.tls_verify", "true", "false", "", {}})->urgency < 2);
  CHECK(urgency(".github/workflows/web.yaml") < 1);
}

TEST_CASE("a folder of tests weighs less down once, not twice", "[rules]") {
  const auto urgency = [](const std::string& path) {
    return judge_case({"", path, "db.acme_pool_size", "50", "5", "", {}})->urgency;
  };
  CHECK(urgency("tests/app.yaml") == urgency("fixtures/app.yaml"));
  CHECK(urgency("fixtures/app.yaml") < urgency("deploy/app.yaml"));
}

TEST_CASE("what slows or blinds is never critical", "[rules]") {
  const auto severity = [](const std::string& path, const std::string& key, const std::string& a,
                           const std::string& b) {
    return severity_of_urgency(judge_case({"", path, key, a, b, "", {}})->urgency);
  };
  CHECK(severity("varnish.yaml", "varnish.nuke_limit", "1000", "10") == Severity::high);
  CHECK(severity("k8s/deployment.yaml", "resources.limits.memory", "2Gi", "2Mi") ==
        Severity::critical);
}

TEST_CASE("parameters that hurt in both directions are found in both", "[rules]") {
  for (const RuleCase& row : {
           RuleCase{"stale for a day", "deploy/app.yaml", "session.cache_ttl", "60s", "24h",
                    "ttl.raise", k_none},
           RuleCase{"stale for a little longer", "deploy/app.yaml", "session.cache_ttl", "60s",
                    "90s", "", k_none},
           RuleCase{"evicts too little", "varnish.yaml", "runtime.nuke_limit", "1000", "10",
                    "capacity.drop", Severity::high},
           RuleCase{"evicts too much", "varnish.yaml", "runtime.nuke_limit", "1000", "5000",
                    "capacity.jump", Severity::medium},
           RuleCase{"split brain", "elasticsearch.yml", "discovery.zen.minimum_master_nodes", "2",
                    "1", "threshold.changed", Severity::medium},
           RuleCase{"no master", "elasticsearch.yml", "discovery.zen.minimum_master_nodes", "2",
                    "3", "threshold.changed", Severity::medium},
           RuleCase{"a ring is made once", "deploy/riak.yml", "riak_ring_size", "64", "128",
                    "capacity.jump", Severity::medium},
           RuleCase{"shards by words", "deploy/app.yaml", "index.num_shards", "8", "4",
                    "capacity.drop", Severity::medium},
       }) {
    check_case(row);
  }
}

TEST_CASE("what places pods and rewrites targets is found", "[rules]") {
  const auto medium = Severity::medium;
  for (const RuleCase& row : {
           RuleCase{"another taint", "k8s/dns.yaml", "spec.tolerations[0].key",
                    "node-role.kubernetes.io/master", "node.kubernetes.io/master", "mode.changed",
                    medium},
           RuleCase{"another topology", "k8s/web.yaml", "topologySpreadConstraints[0].topologyKey",
                    "topology.kubernetes.io/zone", "kubernetes.io/hostname", "mode.changed",
                    medium},
           RuleCase{"another port of all targets", "assets/kubelet.yaml",
                    "spec.endpoints[0].relabelings[0].replacement", "$1:9537", "$1:9637",
                    "pattern.changed", medium},
           RuleCase{"one machine where all were", "roles/cloud/tasks/main.yml", "[Write cert].when",
                    "inventory_hostname in groups['nodes']",
                    "inventory_hostname == groups['masters'][0]", "mode.changed", medium},
           RuleCase{"another group is no other number", "roles/cloud/tasks/main.yml",
                    "[Write cert].when", "inventory_hostname in groups['nodes']",
                    "inventory_hostname in groups['workers']", "", k_none},
       }) {
    check_case(row);
  }
}

TEST_CASE("a policy switches rules off, caps them, and sets baselines", "[rules]") {
  Policy policy;
  policy.rules["timeout.cut"].enabled = false;
  policy.rules["capacity.drop"].severity = Severity::medium;
  Baseline baseline;
  baseline.key = "pgbouncer.max_client_conn";
  baseline.min = "100";
  baseline.max = "1000";
  baseline.why = "below 100 the pool is exhausted on Saturdays";
  policy.baselines.push_back(baseline);
  baseline = {};
  baseline.key = "web.mem_request";
  baseline.max_change = 2;
  baseline.paths = {"deploy/**"};
  baseline.severity = Severity::high;
  policy.baselines.push_back(baseline);
  for (const RuleCase& row : {
           RuleCase{"off", k_path, "svc.request_timeout", "60s", "1s", "", {}},
           RuleCase{"capped", k_path, "db.acme_pool_size", "500", "5", "capacity.drop",
                    Severity::medium},
           RuleCase{"below the minimum", "pgbouncer.ini", "pgbouncer.max_client_conn", "200", "99",
                    "baseline.violated", Severity::critical},
           RuleCase{"at the minimum",
                    "pgbouncer.ini",
                    "pgbouncer.max_client_conn",
                    "110",
                    "100",
                    "",
                    {}},
           RuleCase{"new and above the maximum",
                    "pgbouncer.ini",
                    "pgbouncer.max_client_conn",
                    k_none,
                    "1001",
                    "baseline.violated",
                    {}},
           RuleCase{"changes too much", k_path, "spec.web.mem_request", "1Gi", "3Gi",
                    "baseline.violated", Severity::high},
           RuleCase{"changes just enough", k_path, "spec.web.mem_request", "1Gi", "2Gi", "", {}},
           RuleCase{"elsewhere", "ops/app.yaml", "spec.web.mem_request", "1Gi", "2.4Gi", "", {}},
       }) {
    check_case(row, policy);
  }
}
