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

TEST_CASE("the environment and the role of the file weigh the same change differently",
          "[rules][judge]") {
  const auto urgency = [](const std::string& path) {
    return leadline::test::judge_case({"", path, "web.memory_limit", "16Gi", "4Gi", ""})->urgency;
  };
  CHECK(urgency("clusters/production/web.yaml") > urgency("clusters/main/web.yaml"));
  CHECK(urgency("clusters/main/web.yaml") > urgency("clusters/staging/web.yaml"));
  CHECK(urgency("clusters/staging/web.yaml") > urgency("clusters/dev/web.yaml"));
  CHECK(urgency("tests/web.yaml") < urgency("clusters/main/web.yaml"));
  CHECK(urgency("docs/web.yaml") < urgency("clusters/main/web.yaml"));
  CHECK(judge_case({"", "tests/web.yaml", "web.tls_verify", "true", "false", ""})->urgency < 2);
  CHECK(urgency(".github/workflows/web.yaml") < 1);
}

TEST_CASE("a folder of tests weighs less down once, not twice", "[rules][judge]") {
  const auto urgency = [](const std::string& path) {
    return judge_case({"", path, "db.acme_pool_size", "50", "5", ""})->urgency;
  };
  CHECK(urgency("tests/app.yaml") == urgency("fixtures/app.yaml"));
  CHECK(urgency("fixtures/app.yaml") < urgency("deploy/app.yaml"));
}

TEST_CASE("what slows or blinds is never critical", "[rules][judge]") {
  const auto severity = [](const std::string& path, const std::string& key, const std::string& a,
                           const std::string& b) {
    return severity_of_urgency(judge_case({"", path, key, a, b, ""})->urgency);
  };
  CHECK(severity("varnish.yaml", "varnish.nuke_limit", "1000", "10") == Severity::high);
  CHECK(severity("k8s/deployment.yaml", "resources.limits.memory", "2Gi", "2Mi") ==
        Severity::critical);
}

TEST_CASE("a policy switches rules off, caps them, and sets baselines", "[rules][judge]") {
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
           RuleCase{"off", k_path, "svc.request_timeout", "60s", "1s", ""},
           RuleCase{"capped", k_path, "db.acme_pool_size", "500", "5", "capacity.drop",
                    Severity::medium},
           RuleCase{"below the minimum", "pgbouncer.ini", "pgbouncer.max_client_conn", "200", "99",
                    "baseline.violated", Severity::critical},
           RuleCase{"at the minimum", "pgbouncer.ini", "pgbouncer.max_client_conn", "110", "100",
                    ""},
           RuleCase{"new and above the maximum", "pgbouncer.ini", "pgbouncer.max_client_conn",
                    k_none, "1001", "baseline.violated"},
           RuleCase{"changes too much", k_path, "spec.web.mem_request", "1Gi", "3Gi",
                    "baseline.violated", Severity::high},
           RuleCase{"changes just enough", k_path, "spec.web.mem_request", "1Gi", "2Gi", ""},
           RuleCase{"elsewhere", "ops/app.yaml", "spec.web.mem_request", "1Gi", "2.4Gi", ""},
       }) {
    check_case(row, policy);
  }
}
