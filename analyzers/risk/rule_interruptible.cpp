#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// "ON_DEMAND", "["on-demand"]", "FARGATE": one word in lower case without signs.
std::string plain(std::string_view value) {
  std::string text;
  for (const char c : to_lower(value)) {
    if ((c >= 'a' && c <= 'z') || c == ',') {
      text += c;
    }
  }
  return text;
}

template <typename List>
bool is_in(const List& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

} // namespace

// Machines that the cloud may take back at short notice, in the place of those that stay:
// https://docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html#managed-node-group-capacity-types,
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html,
// https://cloud.google.com/compute/docs/instances/spot,
// https://learn.microsoft.com/azure/virtual-machines/spot-vms.
std::optional<Concern> judge_interruptible(const Subject& s) {
  constexpr std::array<std::string_view, 10> k_keys = {
      "capacity type",  "priority",          "provisioning model", "capacity provider",
      "values",         "market type",       "lifecycle",          "purchasing option",
      "node lifecycle", "scale set priority"};
  constexpr std::array<std::string_view, 5> k_stays = {"ondemand", "regular", "standard", "fargate",
                                                       "dedicated"};
  constexpr std::array<std::string_view, 4> k_taken = {"spot", "preemptible", "fargatespot", "low"};
  const bool named = std::any_of(k_keys.begin(), k_keys.end(),
                                 [&](std::string_view key) { return has_phrase(s.leaf, key); });
  if (!s.modified() || !named || !is_in(k_stays, plain(s.old_value)) ||
      !is_in(k_taken, plain(s.new_value))) {
    return std::nullopt;
  }
  if (plain(s.new_value) == "low" && plain(s.old_value) != "regular" &&
      plain(s.old_value) != "dedicated") {
    return std::nullopt; // another kind of priority
  }
  Concern made;
  made.rule = "mode.changed";
  made.urgency = 1.45;
  made.confidence = 0.9;
  made.tail = "the cloud may take these machines back at short notice";
  made.effect = "Machines vanish with a warning of minutes or seconds, several at once when the "
                "cloud runs short, and none may be had in their place.";
  made.check = "Can everything that runs there be stopped at any time, and what carries the load "
               "when no such machine is to be had?";
  return made;
}

} // namespace leadline
