#include "tests/analyzers/risk/rule_cases.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::check_case;
using leadline::test::RuleCase;

namespace {

const std::string k_path = "deploy/app.yaml";
constexpr auto k_none = std::nullopt;

} // namespace

TEST_CASE("protections that go are found, those that come are only mentioned",
          "[rules][rules_guard]") {
  for (const RuleCase& row : {
           RuleCase{"TLS off", k_path, "rabbitmq_use_ssl", "True", "False", "protection.disabled",
                    Severity::high},
           RuleCase{"verification skipped", k_path, "s3.insecure_skip_verify", "false", "true",
                    "protection.disabled", Severity::high},
           RuleCase{"generic leaf, telling parent", k_path, "tls.enabled", "true", "false",
                    "protection.disabled"},
           RuleCase{"an ordinary switch", k_path, "banner.enabled", "true", "false", "switch.off",
                    Severity::medium},
           RuleCase{"another spelling of the same", k_path, "tls.enabled", "true", "yes", ""},
           RuleCase{"older TLS again", k_path, "ssl_protocols", "TLSv1.2 TLSv1.3",
                    "TLSv1 TLSv1.2 TLSv1.3", "protection.weakened", Severity::high},
           RuleCase{"older TLS refused", k_path, "ssl_protocols", "TLSv1 TLSv1.1 TLSv1.2",
                    "TLSv1.2", "protection.changed", Severity::medium},
           RuleCase{"exclusions", k_path, "ssl_protocol", "ALL -SSLv2 -SSLv3",
                    "ALL -SSLv2 -SSLv3 -TLSv1", "protection.changed"},
           RuleCase{"sslmode goes down the ladder", k_path, "url.sslmode", "verify-full", "require",
                    "protection.weakened"},
           RuleCase{"a removed verify-full is as bad as a changed one", k_path, "url.sslmode",
                    "verify-full", k_none, "protection.removed", Severity::high},
           RuleCase{"whatever the client calls it", k_path, "PGSSLMODE", "verify-full", k_none,
                    "protection.removed", Severity::high},
           RuleCase{"and in MySQL's words", k_path, "client.ssl-mode", "VERIFY_IDENTITY", k_none,
                    "protection.removed", Severity::high},
           RuleCase{"a removed disable is not", k_path, "url.sslmode", "disable", k_none, ""},
           RuleCase{"a removed switch that guarded", k_path, "store.encryption_enabled", "true",
                    k_none, "protection.removed"},
           RuleCase{"a removed switch that guarded nothing", k_path, "banner.enabled", "true",
                    k_none, ""},
           RuleCase{"added insecure switch", k_path, "s3.insecure", k_none, "true",
                    "protection.disabled", Severity::medium},
           RuleCase{"content policy opened", k_path, "headers.Content-Security-Policy",
                    "script-src 'self'", "script-src 'self' 'unsafe-inline'",
                    "protection.weakened"},
           RuleCase{"a directive without sources", k_path, "headers.Content-Security-Policy",
                    "default-src 'none'; img-src 'self'", "default-src; img-src 'self'",
                    "value.malformed"},
           RuleCase{"ciphers", k_path, "ssl_ciphers", "HIGH:!aNULL", "HIGH", "protection.changed"},
       }) {
    check_case(row);
  }
}

TEST_CASE("addresses, environments and exposure", "[rules][rules_guard]") {
  for (const RuleCase& row : {
           RuleCase{"another database host", k_path, "env.POSTGRES_HOST", "postgres-rw.default.svc",
                    "postgres-ro.default.svc", "address.changed", Severity::medium},
           RuleCase{"the same host, another path", k_path, "api.url", "https://a.example/v1",
                    "https://a.example/v2", ""},
           RuleCase{"a logo", k_path, "page.logo_url", "https://a.example/x.png",
                    "https://b.example/x.png", ""},
           RuleCase{"a staging host in production", "deploy/production/app.yaml", "db.host",
                    "db.prod.internal", "db.staging.internal", "environment.crossed",
                    Severity::high},
           RuleCase{"tests that reach production", "deploy/staging/app.yaml", "db.host",
                    "db.staging.internal", "db.prod.internal", "environment.crossed",
                    Severity::high},
           RuleCase{"issuer", k_path, "annotations.cluster-issuer", "letsencrypt-prod",
                    "letsencrypt-staging", "environment.crossed"},
           RuleCase{"open to every address", k_path, "sg.cidr_blocks", "10.0.0.0/8", "0.0.0.0/0",
                    "exposure.wildcard", Severity::high},
           RuleCase{"egress to anywhere is usual", k_path, "sg.egress.cidr_blocks", "10.0.0.0/8",
                    "0.0.0.0/0", "pattern.changed"},
           RuleCase{"CORS for all", k_path, "cors.allow_origin", "https://a.example", "*",
                    "exposure.wildcard"},
           RuleCase{"listens everywhere", k_path, "redis.bind", "127.0.0.1", "0.0.0.0",
                    "exposure.wildcard"},
           RuleCase{"everybody may write", k_path, "volume.default_mode", "0420", "0777",
                    "permission.widened", Severity::high},
           RuleCase{"narrower permissions", k_path, "volume.default_mode", "0755", "0700", ""},
           RuleCase{"all actions", k_path, "statement.actions", "s3:GetObject", "*",
                    "permission.widened"},
           RuleCase{"another variable for the address", k_path, "db.host", "{{ old_db }}",
                    "{{ new_db }}", "address.changed"},
           RuleCase{"logic around addresses", k_path, "db.host", "{% if a %}{{ b }}{% endif %}",
                    "{% if c %}{{ b }}{% endif %}", ""},
           RuleCase{"a file is no address", k_path, "uri.ca_path", "/etc/a-2025.pem",
                    "/etc/a-2026.pem", ""},
           RuleCase{"a release to download", k_path, "app.urls", "app-1.0.tgz", "app-1.1.tgz", ""},
           RuleCase{"another machine", k_path, "db.instance_type", "db.m5.2xlarge", "db.m5.xlarge",
                    "capacity.drop"},
           RuleCase{"another machine family", k_path, "db.instance_type", "db.t3.large", "m5.large",
                    "mode.changed"},
           RuleCase{"one server of two", k_path, "servers[web].count", "2", "1", "replicas.single"},
           RuleCase{"a rule of who may do it", k_path, "add_member", "", "role:admin or rule:owner",
                    "permission.changed"},
           RuleCase{"a role that is named admin, in a new line", k_path, "team_admin_role", k_none,
                    "admin", ""},
           RuleCase{"a switch in a new line", k_path, "letsencrypt_ssl_enable", k_none, "false",
                    ""},
           RuleCase{"verification off in a new line", k_path, "get.verify_ssl", k_none, "false",
                    "protection.disabled"},
           RuleCase{"the host of a logo", k_path, "page.logo_url.host", "a.example", "b.example",
                    ""},
           RuleCase{"the chart of an OCI address", k_path, "spec.url.database", "acme/charts/a",
                    "acme/charts/b", ""},
           RuleCase{"a certificate where a key stood", k_path, "server.tls_file", "/etc/a.key",
                    "/etc/a.crt", "value.malformed"},
           RuleCase{"nested quantifiers", k_path, "waf.regex", "a+b", "(?:.*=.*)*b",
                    "pattern.nested_quantifiers"},
           RuleCase{"repetition of a plain group", k_path, "waf.regex", "a+b", "(?:ab)*b", ""},
           RuleCase{"a list that refuses everything", k_path, "url_blacklist.pattern",
                    "evil.example", "/", "pattern.matches_everything"},
       }) {
    check_case(row);
  }
}
