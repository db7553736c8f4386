#include "analyzers/domains/words.hpp"
#include "analyzers/risk/relation_rules.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// How far above its last part a key may name the condition.
constexpr std::size_t k_deepest = 3;
// Settings of one action of a rule that its finding rests on.
constexpr std::size_t k_most_parts = 16;

// Blocks and keys that say what a rule applies to: Junos and Prometheus "from"/"match", Kubernetes
// selectors, firewall and routing filters.
constexpr std::array<std::string_view, 14> k_conditions = {
    "condition",      "conditions",  "filter",           "from",        "match",
    "match_labels",   "matchers",    "matchexpressions", "matchlabels", "namespaceselector",
    "objectselector", "podselector", "prefix_list",      "selector"};
// What such a rule then does.
constexpr std::array<std::string_view, 12> k_actions = {
    "accept", "action", "actions", "deny",  "effect", "local_preference",
    "permit", "policy", "reject",  "route", "then",   "verdict"};

std::string plain(std::string_view segment) {
  return to_lower(segment.substr(0, segment.find('[')));
}

template <typename List>
bool in(const List& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

// The path down to the condition that the setting is part of; empty when it is part of none.
Segments condition_of(const Segments& path) {
  for (std::size_t i = path.size() > k_deepest ? path.size() - k_deepest : 1; i < path.size();
       ++i) {
    if (in(k_conditions, plain(path[i]))) {
      return Segments(path.begin(), path.begin() + static_cast<std::ptrdiff_t>(i) + 1);
    }
  }
  return {};
}

} // namespace

bool is_condition(const Setting& setting) { return !condition_of(setting.key.segments).empty(); }

// A rule whose condition went and whose action stayed applies to everything: route leaks and
// blocked clients (https://blog.cloudflare.com/cloudflare-outage-on-july-17-2020/).
std::optional<Relation> lost_condition(const SettingChange& removed, const SettingsByPath& after) {
  const Segments condition = condition_of(removed.old_setting->key.segments);
  if (condition.empty() || after.any_below(condition)) {
    return std::nullopt;
  }
  std::vector<const Setting*> done;
  for (const std::string_view action : k_actions) {
    Segments there(condition.begin(), condition.end() - 1);
    there.emplace_back(action);
    const std::vector<const Setting*> parts = after.below(there, k_most_parts);
    done.insert(done.end(), parts.begin(), parts.end());
  }
  if (done.empty()) {
    return std::nullopt;
  }
  Relation made =
      make_relation(removed, "pattern.matches_everything", 2.15,
                    "the rule lost its condition and kept what it does",
                    "What was meant for a few now applies to everything that comes by.",
                    "Is the rule meant to apply without a condition, or to go as a whole?");
  for (const Setting* part : done) {
    rest_on(made, part);
  }
  return made;
}

// An admission webhook that fails closed and looks at every namespace refuses the pods that it
// needs itself, and those of the cluster
// (https://kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices/).
std::optional<Relation> webhook_blocks_cluster(const SettingChange& change, const SettingsByPath&,
                                               const SettingsByPath& after) {
  const Segments& path = change.new_setting->key.segments;
  if (path.back() != "failurePolicy" || path.size() < 2 ||
      !path[path.size() - 2].starts_with("webhooks") ||
      to_lower(trim(change.new_setting->value)) != "fail" ||
      (change.old_setting && to_lower(trim(change.old_setting->value)) == "fail")) {
    return std::nullopt;
  }
  const Segments webhook(path.begin(), path.end() - 1);
  for (const std::string& selector :
       {std::string("namespaceSelector"), std::string("objectSelector"),
        std::string("matchConditions")}) {
    Segments below = webhook;
    below.push_back(selector);
    if (after.any_below(below)) {
      return std::nullopt;
    }
  }
  return make_relation(
      change, "relation.webhook_blocks_cluster", 2.2, "fails closed for every namespace",
      "While the webhook does not answer, nothing can be created or updated: nodes "
      "do not join, and its own pods do not come back.",
      "Exclude kube-system and the webhook's own namespace, and set a short "
      "timeout.");
}

} // namespace leadline
