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
          "[rules][rules_value]") {
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
