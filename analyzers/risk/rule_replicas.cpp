#include "analyzers/domains/words.hpp"
#include "analyzers/risk/quantity_draft.hpp"
#include "analyzers/risk/rules.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace leadline {
namespace {

// A number of copies may be those that run, the fewest that an autoscaler leaves, those of some
// data, or those without which nothing goes on; fewer of them is another thing each time.
enum class Copies { running, fewest, of_data, needed };

Copies copies_of(const Subject& s) {
  const std::string& what = s.meaning.what;
  const auto says = [&](std::string_view word) { return what.find(word) != std::string::npos; };
  if (says(" must ") || says(" needed ") || what == "min available" || what == "quorum" ||
      what == "minimum master nodes") {
    return Copies::needed;
  }
  if (what.starts_with("fewest") || has_phrase(s.leaf, "min") || has_phrase(s.leaf, "minimum")) {
    return Copies::fewest;
  }
  // https://strimzi.io/docs/operators/latest/configuring.html#type-KafkaTopicSpec-reference
  const bool topic = s.setting().context == "KafkaTopic" && s.leaf == " replicas ";
  return s.meaning.impact == Impact::data_loss || topic ? Copies::of_data : Copies::running;
}

// By words there are phrases, no nouns.
std::string noun_of(const Subject& s, Copies copies) {
  if (s.meaning.parameter != nullptr && copies != Copies::of_data) {
    return s.meaning.what;
  }
  if (s.meaning.parameter != nullptr && s.meaning.impact == Impact::data_loss) {
    return s.meaning.what;
  }
  switch (copies) {
  case Copies::needed:
    return s.meaning.what == "min available" ? "pods that must stay up" : "members that must agree";
  case Copies::of_data:
    return "copies of the data";
  case Copies::fewest:
  case Copies::running:
    break;
  }
  return "copies";
}

// Nineteen copies of twenty carry what twenty did.
constexpr double k_small_step = 0.88;
constexpr double k_remark = 0.9;
constexpr double k_everyday_growth = 2; // times as many copies

double urgency_of_fewer(const Subject& s) {
  const double after = s.new_quantity->value;
  // Terraform's "count = 0" is how a thing is switched off that was there once
  // (https://developer.hashicorp.com/terraform/language/meta-arguments/count).
  if (s.leaf == " count " && after <= 0 && s.old_quantity->value <= 1) {
    return std::min(urgency_hurting(s), 1.4);
  }
  const double urgency = urgency_hurting(s) - (after <= 0 ? 0.4 : 0);
  return s.quantity->ratio > k_small_step ? std::min(urgency, k_remark) : urgency;
}

Concern fewer_running(const Subject& s) {
  const double after = s.new_quantity->value;
  const std::string rule = after <= 0   ? "replicas.zero"
                           : after <= 1 ? "replicas.single"
                                        : "replicas.reduced";
  Concern made = draft(s, rule, urgency_of_fewer(s),
                       after <= 0   ? "nothing of it runs any more"
                       : after <= 1 ? "one copy left: every restart is an outage"
                                    : amount_of(*s.quantity, noun_of(s, Copies::running)));
  if (made.effect.empty()) {
    made.effect = after <= 0   ? "The service is gone for whoever calls it."
                  : after <= 1 ? "A single node failure or a rollout takes the service away."
                               : "The remaining copies carry the whole load, and fewer may fail.";
  }
  return made;
}

Concern lower_floor(const Subject& s) {
  const double after = s.new_quantity->value;
  Concern made = draft(s, "replicas.reduced", urgency_of_fewer(s),
                       after <= 0   ? "may shrink to nothing"
                       : after <= 1 ? "may shrink to one: then every restart is an outage"
                                    : fmt::format("may shrink to {:g}", after));
  if (made.effect.empty()) {
    made.effect = "After a quiet hour that few are left, and the next rush or failure meets them.";
  }
  return made;
}

Concern fewer_of_data(const Subject& s) {
  const double after = s.new_quantity->value;
  const std::string rule = after <= 1 ? "replicas.single" : "replicas.reduced";
  const std::string what = noun_of(s, Copies::of_data);
  const bool stated = s.meaning.parameter != nullptr || has_phrase(s.leaf, "replication factor");
  Concern made = draft(s, rule, urgency_hurting(s),
                       after <= 0   ? "none is left of the " + what
                       : after <= 1 ? "only one is left of the " + what
                                    : amount_of(*s.quantity, what));
  // One disk that fails takes them: no step of the number is small then.
  if (stated && after <= 1) {
    made.urgency = std::max(made.urgency, 2.1);
  }
  if (made.effect.empty()) {
    made.effect = after <= 1 ? "One lost disk or machine takes the data with it."
                             : "The data survive the loss of fewer disks and machines.";
  }
  return made;
}

Concern fewer_needed(const Subject& s) {
  const double after = s.new_quantity->value;
  const std::string what = noun_of(s, Copies::needed);
  Concern made = draft(s, "protection.weakened", urgency_hurting(s) - (after <= 0 ? 0.4 : 0),
                       after <= 0   ? "none is needed of the " + what
                       : after <= 1 ? "one is enough of the " + what
                                    : amount_of(*s.quantity, what));
  // One copy that has a write may be the one that fails: documented, and grave.
  if (s.meaning.parameter != nullptr && s.meaning.impact == Impact::data_loss && after <= 1) {
    made.urgency = std::max(made.urgency, 2.1);
  }
  if (made.effect.empty()) {
    made.effect = "It goes on with fewer than before, and what they did not get is lost with them.";
  }
  return made;
}

} // namespace

std::optional<Concern> judge_replicas(const Subject& s) {
  const Copies copies = copies_of(s);
  if (s.quantity->direction == Direction::down) {
    if (!hurts_down(s)) {
      return std::nullopt;
    }
    switch (copies) {
    case Copies::running:
      return fewer_running(s);
    case Copies::fewest:
      return lower_floor(s);
    case Copies::of_data:
      return fewer_of_data(s);
    case Copies::needed:
      return fewer_needed(s);
    }
  }
  const bool second = copies == Copies::running && s.old_quantity->value == 1;
  if (!second && !hurts_up(s)) {
    return std::nullopt;
  }
  if (!second) {
    const bool runs = copies == Copies::running || copies == Copies::fewest;
    const double urgency = urgency_other_way(s);
    return draft(s, runs ? "replicas.multiplied" : "protection.changed",
                 runs && s.quantity->ratio <= k_everyday_growth ? std::min(urgency, k_remark)
                                                                : urgency,
                 amount_of(*s.quantity, noun_of(s, copies)));
  }
  Concern made =
      draft(s, "replicas.multiplied", hurts_up(s) ? urgency_other_way(s) : 0.8 + 0.3 * stake(s),
            "what ran once now runs several times");
  made.effect = "Programs that keep state in memory or on one volume, or that run jobs on a "
                "timer, now disagree with themselves.";
  made.check = "Can it run more than once: shared storage, leader election, sessions?";
  return made;
}

} // namespace leadline
