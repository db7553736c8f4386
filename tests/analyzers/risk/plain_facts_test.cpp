#include "tests/analyzers/risk/rule_cases.hpp"

#include <catch2/catch.hpp>

// What the words of a finding say has to be so, and what happens every week is no alarm.

using namespace leadline;
using leadline::test::check_case;
using leadline::test::judge_case;
using leadline::test::RuleCase;

TEST_CASE("what only developers meet is never high", "[plain_facts]") {
  struct Row {
    std::string key, before, after;
  };
  for (const Row& row : {Row{"pgbouncer.max_client_conn", "3000", "3"},
                         Row{"db.deletion_protection", "true", "false"},
                         Row{"AllowedHosts", "shop.example.com", "*"},
                         Row{"spec.replicas", "8", "0"}, Row{"http.timeout", "40s", "40ms"}}) {
    for (const std::string path :
         {"k8s/overlays/dev/app.yaml", "envs/dev/app.yaml", "config/app.local.yaml",
          "src/Shop/appsettings.Development.json", "src/test/resources/app.yaml"}) {
      CAPTURE(row.key, path);
      const auto draft = judge_case({"", path, row.key, row.before, row.after, ""});
      CHECK((!draft || severity_of_urgency(draft->urgency) <= Severity::medium));
    }
    CAPTURE(row.key);
    const auto draft = judge_case({"", "envs/prod/app.yaml", row.key, row.before, row.after, ""});
    REQUIRE(draft);
    CHECK(severity_of_urgency(draft->urgency) >= Severity::high);
  }
  check_case({"it reaches production", "envs/dev/app.yaml", "db.url", "postgres://db.dev.acme/shop",
              "postgres://db.prod.acme/shop", "environment.crossed", Severity::high});
}

TEST_CASE("a service that systemd starts again after a crash does not stay down", "[plain_facts]") {
  const auto after = [](const char* before, const char* now) {
    const auto draft = judge_case({"", "units/shop.service", "Service.Restart", before, now, ""});
    REQUIRE(draft);
    return *draft;
  };
  const Concern close = after("always", "on-failure");
  CHECK(severity_of_urgency(close.urgency) == Severity::low);
  CHECK(close.effect.find("stays down") == std::string::npos);
  CHECK(severity_of_urgency(after("on-failure", "always").urgency) == Severity::low);
  CHECK(severity_of_urgency(after("always", "no").urgency) >= Severity::high);
  CHECK(severity_of_urgency(after("on-failure", "no").urgency) >= Severity::high);
}

TEST_CASE("a user interface's own timers and limits are remarks", "[plain_facts]") {
  for (const RuleCase& row : {
           RuleCase{"by what it moves", "web/src/look.ts", "look.animation.timeout", "400", "4",
                    ""},
           RuleCase{"by what it shows", "web/src/look.ts", "look.toasts.limit", "6", "1", ""},
           RuleCase{"by its folder", "web/src/theme/menu.ts", "menu.timeout", "400", "4", ""},
       }) {
    check_case(row);
  }
  check_case({"a client's", "web/src/api.ts", "api.timeout", "4000", "40", "timeout.cut"});
}

TEST_CASE("a little more of what grows every week is a remark", "[plain_facts]") {
  for (const RuleCase& row : {
           RuleCase{"copies", "k8s/prod/shop.yaml", "spec.replicas", "4", "7", ""},
           RuleCase{"of an autoscaler", "chart/values.yaml", "autoscaling.maxReplicas", "8", "14",
                    ""},
           RuleCase{"workers", "config/production.toml", "server.workers", "8", "16", ""},
           RuleCase{"threads", "config/shop.yaml", "server.tomcat.threads.max", "150", "200", ""},
           RuleCase{"open files", "units/shop.service", "LimitNOFILE", "32768", "65536", ""},
           RuleCase{"a timeout", "config/prod/shop.yaml", "http.timeout", "20s", "35s", ""},
           RuleCase{"many more workers", "config/production.toml", "server.workers", "8", "80",
                    "capacity.jump"},
           RuleCase{"a timeout of twice the length", "config/prod/shop.yaml", "http.timeout", "20s",
                    "60s", "timeout.raise"},
           RuleCase{"fewer workers", "config/production.toml", "server.workers", "16", "4",
                    "capacity.drop"},
       }) {
    check_case(row);
  }
}

TEST_CASE("a window of a rate limit that is shorter lets more through", "[plain_facts]") {
  check_case({"shorter", "src/api.ts", "rateLimit.windowMs", "60000", "600", "capacity.jump"});
  check_case({"longer", "src/api.ts", "rateLimit.windowMs", "60000", "6000000", "capacity.drop"});
  const auto draft =
      judge_case({"", "conf/gate.yaml", "rate_limit.window", "2m", "3s", "capacity.jump"});
  REQUIRE(draft);
  CHECK(draft->tail.find("more gets through") != std::string::npos);
}

TEST_CASE("a documented value is told as what it does", "[plain_facts]") {
  struct Row {
    std::string path, key, before, after, rule, words;
  };
  for (const Row& row : {
           Row{"deploy/gunicorn.conf.py", "timeout", "45", "0", "limit.removed",
               "none is ever killed"},
           Row{"etc/systemd/journald.conf", "Journal.Storage", "auto", "none", "mode.changed",
               "stores nothing"},
           Row{"redis/redis.conf", "save", "600 5", "\"\"", "value.blank",
               "switches snapshots off"},
           Row{"etc/elasticsearch.yml", "network.host", "_local_", "10.7.0.2", "address.changed",
               "whoever reaches the new one"},
           Row{"etc/elasticsearch.yml", "network.host", "_site_", "0.0.0.0", "exposure.wildcard",
               "over the network"},
           Row{"etc/shop.yaml", "server.listen", "10.7.0.2:80", "10.7.0.3:80", "address.changed",
               "whoever reaches the new one"},
       }) {
    CAPTURE(row.path, row.key);
    const auto draft = judge_case({"", row.path, row.key, row.before, row.after, row.rule});
    REQUIRE(draft);
    CHECK(draft->rule == row.rule);
    CHECK(draft->effect.find(row.words) != std::string::npos);
    CHECK(draft->effect.find("talks to somebody else") == std::string::npos);
  }
}

TEST_CASE("root, plain text and a chat for a pager are grave", "[plain_facts]") {
  for (const RuleCase& row : {
           RuleCase{"a unit", "units/shop.service", "Service.User", "shop", "root",
                    "permission.widened", Severity::high},
           RuleCase{"another user", "units/shop.service", "Service.User", "root", "shop",
                    "mode.changed", Severity::medium},
           RuleCase{"listeners", "conf/server.properties", "listeners", "SSL://:9094",
                    "PLAINTEXT://:9094", "protection.disabled", Severity::high},
           RuleCase{"the same protocol", "conf/server.properties", "listeners", "SASL_SSL://:9093",
                    "SASL_SSL://:9095", ""},
           RuleCase{"handles", "monitors/db.tf", "resource.datadog_monitor[db].message",
                    "Full! @pagerduty-db @slack-ops", "Full! @slack-ops", "alert.downgraded",
                    Severity::high},
           RuleCase{"words of a message", "monitors/db.tf", "resource.datadog_monitor[db].message",
                    "Full! @pagerduty-db", "It is full! @pagerduty-db", ""},
           RuleCase{"an alarm", "monitors/cw.tf",
                    "resource.aws_cloudwatch_metric_alarm[db].alarm_actions[0]",
                    "aws_sns_topic.oncall.arn", "aws_sns_topic.slack.arn", "alert.downgraded",
                    Severity::high},
       }) {
    check_case(row);
  }
}
