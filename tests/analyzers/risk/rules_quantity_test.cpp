#include "tests/analyzers/risk/rule_cases.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::check_case;
using leadline::test::RuleCase;

namespace {

const std::string k_path = "deploy/app.yaml";

} // namespace

TEST_CASE("numbers are judged by kind, direction and size of the step", "[rules][rules_quantity]") {
  for (const RuleCase& row : {
           RuleCase{"the founding incident", "templates/pgbouncer.ini.j2",
                    "pgbouncer.max_client_conn", "200", "20", "capacity.drop", Severity::high},
           RuleCase{"an unknown pool, ten times less", k_path, "db.acme_pool_size", "50", "5",
                    "capacity.drop"},
           RuleCase{"fine tuning", k_path, "db.acme_pool_size", "50", "48", ""},
           RuleCase{"a little less memory is less", k_path, "app.memory", "16Gi", "12Gi",
                    "capacity.drop"},
           RuleCase{"ordinary growth of memory", k_path, "app.memory", "5000Mi", "6000Mi", ""},
           RuleCase{"ordinary growth of a disk", k_path, "data.volume_size", "75Gi", "100Gi", ""},
           RuleCase{"eight times the memory is no growth", k_path, "app.memory", "128Mi", "1Gi",
                    "capacity.jump"},
           RuleCase{"twice the connections reach the database", k_path, "app.max_connections",
                    "200", "400", "capacity.jump"},
           RuleCase{"timeout cut", k_path, "svc.request_timeout", "60s", "10s", "timeout.cut"},
           RuleCase{"timeout trimmed", k_path, "svc.request_timeout", "60s", "55s", ""},
           RuleCase{"timeout raised", k_path, "svc.request_timeout", "10s", "60s", "timeout.raise"},
           RuleCase{"polls a thousand times as often", k_path, "sync.interval", "24h", "1m",
                    "interval.changed"},
           RuleCase{"interval trimmed", k_path, "sync.interval", "30s", "40s", ""},
           RuleCase{"retention cut", k_path, "store.retention", "60d", "30d", "retention.cut"},
           RuleCase{"retention raised costs only money", k_path, "store.retention", "30d", "60d",
                    ""},
           RuleCase{"cache lifetime cut", k_path, "user_cache_ttl", "12h", "2h", "ttl.cut"},
           RuleCase{"one copy left", k_path, "web.replicas", "3", "1", "replicas.single"},
           RuleCase{"no copy left", k_path, "web.replicas", "3", "0", "replicas.zero"},
           RuleCase{"fewer copies", k_path, "web.replicas", "10", "5", "replicas.reduced"},
           RuleCase{"more copies of what has several", k_path, "web.replicas", "3", "4", ""},
           RuleCase{"the second copy", k_path, "web.replicas", "1", "3", "replicas.multiplied"},
           RuleCase{"retries without end", k_path, "client.max_retries", "3", "-1",
                    "retries.unbounded"},
           RuleCase{"three times the retries", k_path, "client.max_retries", "3", "9",
                    "retries.changed"},
           RuleCase{"tokens that live for weeks", k_path, "session.token_ttl", "1h", "30d",
                    "ttl.raise"},
           RuleCase{"one more retry", k_path, "client.max_retries", "3", "4", ""},
           RuleCase{"no share of the traffic", k_path, "hosts.a.weight", "100", "0",
                    "traffic.shifted"},
           RuleCase{"everybody gets the flag", k_path, "new_checkout.rollout_percentage", "5",
                    "100", "flag.enabled"},
           RuleCase{"threshold", k_path, "lvs.depool_threshold", ".5", ".8", "threshold.changed"},
           RuleCase{"the default of a template counts", k_path, "defaults.read_timeout",
                    "{{ t | default(60) }}", "{{ t | default(6) }}", "timeout.cut"},
           RuleCase{"an unknown number of no kind", k_path, "app.foo", "17", "33", ""},
           RuleCase{"an unknown number, a zero lost", k_path, "app.foo", "3000", "300",
                    "magnitude.slip"},
       }) {
    check_case(row);
  }
}

TEST_CASE("units that change or go are named", "[rules][rules_quantity]") {
  for (const RuleCase& row : {
           RuleCase{"same digits, another unit", k_path, "app.acme_room", "16Gi", "16Mi",
                    "unit.changed"},
           RuleCase{"the unit is gone", k_path, "app.acme_span", "50s", "90", "unit.dropped"},
           RuleCase{"another way to write the same", k_path, "app.acme_span", "60s", "1m", ""},
       }) {
    check_case(row);
  }
}

TEST_CASE("parameters that hurt in both directions are found in both", "[rules][rules_quantity]") {
  for (const RuleCase& row : {
           RuleCase{"stale for a day", "deploy/app.yaml", "session.cache_ttl", "60s", "24h",
                    "ttl.raise"},
           RuleCase{"stale for a little longer", "deploy/app.yaml", "session.cache_ttl", "60s",
                    "90s", ""},
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
