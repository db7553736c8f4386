#include "analyzers/risk/rules.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace leadline {
namespace {

constexpr std::array k_rules = {
    &judge_value,
    &judge_unit,
    &judge_protection,
    &judge_switch,
    &judge_exposure,
    &judge_alert,
    &judge_address,
    &judge_quantity,
    &judge_schedule,
    &judge_version,
    &judge_mode,
    &judge_malformed,
    &judge_bounds,
    &judge_retries_without_bound,
    &judge_turning_point,
    &judge_default,
    &judge_removed,
    &judge_trust,
    &judge_permission,
    &judge_pattern,
    &judge_container,
    &judge_hash_cost,
    &judge_access,
    &judge_endless,
    &judge_content_policy,
    &judge_firewall,
    &judge_dns,
    &judge_logging,
    &judge_pin,
    &judge_interruptible,
};

constexpr std::array<Rule, k_rules.size()> k_table = [] {
  std::array<Rule, k_rules.size()> table{};
  for (std::size_t i = 0; i < k_rules.size(); ++i) {
    table[i] = k_rules[i];
  }
  return table;
}();

constexpr std::array k_infos = {
    RuleInfo{"address.changed",
             "A host, port, bucket or database that a program talks to is another one"},
    RuleInfo{"alert.changed", "The condition of an alert is another one"},
    RuleInfo{"alert.downgraded",
             "An alert fires later, less often or to somebody who is not woken"},
    RuleInfo{"alert.removed", "An alert, or the way to who is woken, is gone"},
    RuleInfo{"baseline.violated",
             "A value is outside the known-good range of the repository's configuration"},
    RuleInfo{"capacity.drop", "Less capacity, memory or a lower limit than before"},
    RuleInfo{"capacity.jump",
             "Much more capacity or a higher limit than what stands behind it was sized for"},
    RuleInfo{"conflict.marker", "The marks of an unfinished merge"},
    RuleInfo{"duplicate.key", "One key stands twice in a file with different values"},
    RuleInfo{"environment.crossed", "A value points into another environment"},
    RuleInfo{"exposure.wildcard", "Open to everybody"},
    RuleInfo{"flag.enabled", "A switch goes on, or a rollout reaches everybody"},
    RuleInfo{"hidden.invisible",
             "Characters that nobody sees, inside a name or a value, or as a text of their own"},
    RuleInfo{"hidden.reordering",
             "Bidirectional controls show a line in another order than the one in which it runs"},
    RuleInfo{"interval.changed", "Something repeats much more or less often"},
    RuleInfo{"limit.removed", "A limit is gone, and none holds without its line"},
    RuleInfo{"limit.unreachable", "A limit beyond what the system under it gives"},
    RuleInfo{"magnitude.slip",
             "A number differs by exactly a power of ten, as by a lost or added zero"},
    RuleInfo{"merge.removed", "The settings that a YAML merge brought are gone"},
    RuleInfo{"mode.changed", "A mode, strategy, class or protocol is another one"},
    RuleInfo{"pattern.changed", "A list or pattern that admits or refuses traffic is another one"},
    RuleInfo{"pattern.matches_everything", "A pattern matches everything"},
    RuleInfo{"pattern.nested_quantifiers", "A regular expression can take exponential time"},
    RuleInfo{"permission.changed", "Another rule decides who may do something"},
    RuleInfo{"permission.widened", "More users or programs may do more"},
    RuleInfo{"protection.changed", "A protection is set differently"},
    RuleInfo{"protection.disabled", "A protection is switched off"},
    RuleInfo{"protection.removed", "The line that switched a protection on is gone"},
    RuleInfo{"protection.weakened", "A protection goes to a weaker level"},
    RuleInfo{"relation.budget_over_replicas",
             "A disruption budget keeps every copy, so that no node can be drained"},
    RuleInfo{"relation.connections_over_files",
             "More connections than the program may have files open"},
    RuleInfo{"relation.heap_over_memory", "A heap does not fit into the memory of its container"},
    RuleInfo{"relation.keepalive_order",
             "A server closes idle connections before the balancer in front of it does"},
    RuleInfo{"relation.min_over_max", "A minimum is above its maximum"},
    RuleInfo{"relation.pool_over_clients",
             "A pool is larger than the number of clients that may connect"},
    RuleInfo{"relation.pool_over_connections",
             "All pools together need more connections than the database has"},
    RuleInfo{"relation.probe_before_start",
             "A liveness probe gives up before the program can have started"},
    RuleInfo{"relation.requests_over_limits", "A request is above its limit"},
    RuleInfo{"relation.timeout_order", "Of two timers on one way the other one now gives up first"},
    RuleInfo{"relation.webhook_blocks_cluster",
             "An admission webhook fails closed for every namespace"},
    RuleInfo{"replicas.multiplied", "What ran once now runs several times"},
    RuleInfo{"replicas.reduced", "Fewer copies run"},
    RuleInfo{"replicas.single", "Only one copy is left"},
    RuleInfo{"replicas.zero", "No copy is left"},
    RuleInfo{"retention.cut", "Data, backups or history are kept for a shorter time"},
    RuleInfo{"retries.changed", "Failed work is repeated more or less often"},
    RuleInfo{"retries.unbounded", "Failed work is repeated without bound"},
    RuleInfo{"schedule.changed", "A job runs at other times"},
    RuleInfo{"schedule.destructive", "A job that removes things runs more often or at other times"},
    RuleInfo{"switch.off", "A switch goes off"},
    RuleInfo{"threshold.changed", "A threshold at which something reacts is another one"},
    RuleInfo{"timeout.cut", "Waits for a shorter time"},
    RuleInfo{"timeout.raise", "Waits for a much longer time"},
    RuleInfo{"traffic.shifted", "Another share of the traffic"},
    RuleInfo{"ttl.cut", "Caches, leases or sessions end earlier"},
    RuleInfo{"ttl.raise", "Caches, tokens or certificates live much longer"},
    RuleInfo{"unit.changed", "The number stayed, its unit did not"},
    RuleInfo{"unit.dropped", "A bare number where a unit stood"},
    RuleInfo{"value.blank", "Nothing where a value stood"},
    RuleInfo{"value.malformed", "A value that cannot be read as what it is"},
    RuleInfo{"verbosity.lowered", "Logs say much less"},
    RuleInfo{"verbosity.raised", "Logs say much more"},
    RuleInfo{"version.stateful", "A major version of a service that keeps data, or of a runtime"},
    RuleInfo{"version.turning_point",
             "A version from which on a default is another one, known to have hurt"},
};

static_assert(std::is_sorted(k_infos.begin(), k_infos.end(),
                             [](const RuleInfo& a, const RuleInfo& b) { return a.id < b.id; }));

} // namespace

std::span<const Rule> rules() { return k_table; }

std::span<const RuleInfo> rule_infos() { return k_infos; }

double weight_of(Impact impact) {
  switch (impact) {
  case Impact::outage:
    return 1.0;
  case Impact::data_loss:
    return 1.1;
  case Impact::security:
    return 1.05;
  case Impact::degradation:
    return 0.8;
  case Impact::blindness:
    return 0.8;
  case Impact::cost:
    return 0.4;
  case Impact::none:
    return 0;
  }
  return 0;
}

double orders_of(const QuantityChange& change) {
  if (change.sign_changed) {
    return 0.5; // often "unlimited": the ratio says nothing
  }
  return std::isfinite(change.orders) ? std::min(change.orders, 2.0) : 2.0;
}

bool is_blank(std::string_view value) {
  const std::string text = to_lower(trim(value));
  return text.empty() || text == "\"\"" || text == "''" || text == "null" || text == "~" ||
         text == "none" || text == "nil" || text == "undefined";
}

} // namespace leadline
