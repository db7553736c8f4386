#include "analyzers/risk/changed_blocks.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <string>

namespace leadline {
namespace {

constexpr double k_in = 2.2;
constexpr double k_out = 1.4; // programs may talk to everybody by default
constexpr double k_new = 1.3; // a policy that comes

bool is_empty_block(std::string_view value) {
  const std::string_view text = trim(value);
  return text == "{}" || text == "[{}]" || text == "[ {} ]";
}

bool is_policy(const Setting& setting) { return setting.context == "NetworkPolicy"; }

// "spec.ingress[0].from[1]": the rule's direction and how deep the key goes below it.
struct RulePlace {
  bool incoming = false;
  std::size_t depth = 0; // segments below "spec.ingress[0]"
  bool valid = false;
};

RulePlace rule_place(const Setting& setting) {
  RulePlace place;
  const std::vector<std::string>& key = setting.key.segments;
  if (!is_policy(setting) || key.size() < 2 || key[0] != "spec") {
    return place;
  }
  const std::string_view name = segment_name(key[1]);
  place.incoming = name == "ingress";
  place.valid = place.incoming || name == "egress";
  place.depth = key.size() - 2;
  return place;
}

// https://kubernetes.io/docs/concepts/services-networking/network-policies/: an empty rule admits
// everything, an empty selector every pod or namespace, and a rule without "from" every source.
Concern opened(bool incoming, double urgency, std::string tail) {
  return block_concern(
      "exposure.wildcard", urgency, std::move(tail),
      incoming ? "Whatever runs in the cluster, and what gets into it, can reach these pods."
               : "What has been taken over can send data anywhere.",
      incoming ? "Which pods have to reach it, and from which namespaces?"
               : "Which services does it have to reach?");
}

void find_policies(const ChangedFile& changed, BlockConcerns& found) {
  // What the policy admitted before, by direction.
  bool narrowed[2] = {false, false};
  const SettingChange* sources_lost = nullptr;
  for (const SettingChange& change : changed.changes) {
    if (change.change == ChangeKind::added || changed.moved(change)) {
      continue;
    }
    const Setting& old = *change.old_setting;
    const RulePlace place = rule_place(old);
    if (place.valid && place.depth > 0) {
      narrowed[place.incoming ? 1 : 0] = true;
    }
    if (change.change == ChangeKind::removed && place.valid && place.incoming && place.depth > 0 &&
        segment_name(old.key.segments[2]) == "from" && sources_lost == nullptr) {
      sources_lost = &change;
    }
  }
  bool has_sources = false;
  bool has_rules = false;
  for (const Setting& setting : changed.head) {
    const RulePlace place = rule_place(setting);
    has_rules = has_rules || (place.valid && place.incoming && place.depth > 0);
    has_sources = has_sources || (place.valid && place.incoming && place.depth > 0 &&
                                  segment_name(setting.key.segments[2]) == "from");
  }
  for (const SettingChange& change : changed.changes) {
    if (change.change == ChangeKind::removed || changed.moved(change) ||
        !is_empty_block(change.new_setting->value)) {
      continue;
    }
    const RulePlace place = rule_place(*change.new_setting);
    if (!place.valid) {
      continue;
    }
    const bool was_narrow = narrowed[place.incoming ? 1 : 0];
    const std::string_view leaf = change.new_setting->key.leaf();
    const double urgency = place.incoming ? k_in : k_out;
    if (place.depth == 0) {
      note_concern(found, change,
                   opened(place.incoming,
                          was_narrow                                 ? urgency
                          : changed.file.status == FileStatus::added ? 1.0
                                                                     : k_new,
                          place.incoming ? "an empty rule: everybody is admitted"
                                         : "an empty rule: may talk to every address"));
    } else if (was_narrow && (leaf == "podSelector" || leaf == "namespaceSelector")) {
      const bool everywhere = leaf == "namespaceSelector";
      note_concern(found, change,
                   opened(place.incoming, urgency - (everywhere ? 0 : 0.1),
                          everywhere ? "an empty selector: every namespace"
                                     : "an empty selector: every pod of the namespace"));
    }
  }
  if (sources_lost != nullptr && has_rules && !has_sources) {
    note_concern(found, *sources_lost,
                 opened(true, k_in, "a rule without sources admits every source"));
  }
}

// "policyTypes: [Ingress, Egress]": a direction that is not named is not filtered.
void find_policy_types(const ChangedFile& changed, BlockConcerns& found) {
  std::size_t seen = 0;
  for (const SettingChange& change : changed.changes) {
    if (change.change == ChangeKind::added || changed.moved(change) ||
        !is_policy(*change.old_setting) ||
        place_of(change.old_setting->key, "policyTypes") == std::string::npos) {
      continue;
    }
    if (++seen > k_most_looked_at) {
      return;
    }
    const std::string after = change.new_setting ? change.new_setting->value : "";
    const bool named_still =
        std::any_of(changed.head.begin(), changed.head.end(), [&](const Setting& setting) {
          return place_of(setting.key, "policyTypes") != std::string::npos &&
                 setting.value.find(change.old_setting->value) != std::string::npos;
        });
    const auto lost = [&](std::string_view name) {
      return change.old_setting->value.find(name) != std::string::npos &&
             after.find(name) == std::string::npos;
    };
    // A policy that goes as a whole goes for a reason of its own.
    if (change.change == ChangeKind::removed &&
        (named_still || std::none_of(changed.head.begin(), changed.head.end(), is_policy))) {
      continue;
    }
    if (lost("Ingress")) {
      note_concern(found, change,
                   opened(true, 2.05, "what comes in is no longer filtered by this policy"));
    } else if (lost("Egress")) {
      note_concern(found, change,
                   opened(false, k_out, "what goes out is no longer filtered by this policy"));
    }
  }
}

// The "tls" of an ingress whose hosts stay
// (https://kubernetes.io/docs/concepts/services-networking/ingress/#tls), also in a chart's values.
void find_ingress_tls(const ChangedFile& changed, BlockConcerns& found) {
  std::size_t seen = 0;
  for (const SettingChange& change : changed.changes) {
    if (change.change != ChangeKind::removed || changed.moved(change)) {
      continue;
    }
    const Setting& old = *change.old_setting;
    const std::size_t tls = place_of(old.key, "tls");
    if (tls == std::string::npos || tls == 0 || tls + 1 > old.key.segments.size()) {
      continue;
    }
    const bool list = old.key.segments[tls].find('[') != std::string::npos;
    const bool ingress =
        old.context == "Ingress" || segment_name(old.key.segments[tls - 1]) == "ingress";
    if (!list || !ingress) {
      continue;
    }
    if (++seen > k_most_looked_at) {
      return;
    }
    bool stays = false; // the ingress itself
    bool kept = false;  // another "tls" of it
    for (const Setting& setting : changed.head) {
      if (setting.context != old.context || !share_start(setting.key, old.key, tls)) {
        continue;
      }
      const std::string_view next =
          setting.key.segments.size() > tls ? segment_name(setting.key.segments[tls]) : "";
      stays = stays || next == "rules" || next == "hosts" || next == "host" || next == "hostname";
      kept = kept || (next == "tls" && setting.value != "[]" && setting.value != "null");
    }
    if (stays && !kept) {
      note_concern(
          found, change,
          block_concern("protection.removed", 2.15, "the ingress no longer speaks TLS",
                        "Visitors get the controller's own certificate, or plain HTTP: browsers "
                        "warn, and whoever stands between can read and change what is sent.",
                        "What ends TLS for these hosts from now on?"));
      return;
    }
  }
}

} // namespace

void find_opened_networks(const ChangedFile& changed, BlockConcerns& found) {
  find_policies(changed, found);
  find_policy_types(changed, found);
  find_ingress_tls(changed, found);
}

} // namespace leadline
