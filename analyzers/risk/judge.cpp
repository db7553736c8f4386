#include "analyzers/risk/judge.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// Production raises and other environments lower, but neither turns a remark into an alarm.
constexpr double k_production = 0.3;
constexpr double k_staging = -0.2;
constexpr double k_development = -0.25;
// Files that nobody deploys: only what is grave elsewhere is worth a look there, and nothing is an
// alarm.
constexpr double k_not_deployed = -0.3;
constexpr double k_no_alarm = 1.9;
constexpr double k_pipeline = 0.95;
constexpr double k_code = -0.1;

// A rule that knows what it looks at explains better than one that only sees that something is
// different.
constexpr double k_specific = 0.4;

bool is_generic_rule(std::string_view rule) {
  return rule == "pattern.changed" || rule == "mode.changed" || rule == "interval.changed" ||
         rule == "address.changed" || rule == "threshold.changed" || rule == "switch.off" ||
         rule == "flag.enabled" || rule == "schedule.changed" || rule == "magnitude.slip";
}

double claim(const Concern& draft) {
  return draft.urgency + (is_generic_rule(draft.rule) ? 0 : k_specific);
}

bool is_guard_rule(std::string_view rule) {
  return rule.starts_with("protection.") || rule.starts_with("permission.") ||
         rule.starts_with("exposure.");
}

} // namespace

Severity severity_of_urgency(double urgency) {
  return urgency >= 3   ? Severity::critical
         : urgency >= 2 ? Severity::high
         : urgency >= 1 ? Severity::medium
                        : Severity::low;
}

double urgency_of(Severity severity) { return 0.5 + static_cast<double>(severity); }

std::optional<Concern> weigh(Concern draft, const Subject& subject, const Policy& policy) {
  // The role of such a file says it all: "tests/" is no second reason.
  const FileRole role = subject.file->role;
  const bool undeployed = role == FileRole::tests || role == FileRole::docs ||
                          role == FileRole::examples || role == FileRole::lock;
  switch (subject.environment) {
  case Environment::production:
    // It can make a grave finding graver, not a remark grave.
    draft.urgency += draft.urgency >= 1 ? k_production : 0;
    draft.reasons.push_back("in production");
    break;
  case Environment::staging:
    draft.urgency += undeployed ? 0 : k_staging;
    draft.reasons.push_back("in staging: graver in production");
    break;
  case Environment::development:
    draft.urgency += undeployed ? 0 : k_development;
    draft.reasons.push_back("in development: graver in production");
    break;
  case Environment::unknown:
    break;
  }
  switch (role) {
  case FileRole::tests:
  case FileRole::docs:
  case FileRole::examples:
  case FileRole::lock:
    draft.urgency = std::min(draft.urgency + k_not_deployed, k_no_alarm);
    break;
  case FileRole::ci:
    draft.urgency =
        is_guard_rule(draft.rule) ? draft.urgency - 0.3 : std::min(draft.urgency, k_pipeline);
    break;
  case FileRole::manifest:
    draft.urgency =
        draft.rule == "version.stateful" ? draft.urgency : std::min(draft.urgency, k_pipeline);
    break;
  case FileRole::code:
    draft.urgency += k_code;
    break;
  case FileRole::config:
    break;
  }
  // Ten times less of what the catalogue knows to take a service down, and no sign that it is a
  // test bed.
  const bool grave = draft.rule == "capacity.drop" && subject.meaning.parameter != nullptr &&
                     subject.quantity && orders_of(*subject.quantity) >= 1 &&
                     subject.meaning.impact == Impact::outage &&
                     subject.environment == Environment::production;
  draft.urgency += grave ? 0.5 : 0;
  const auto rule = policy.rules.find(draft.rule);
  if (rule != policy.rules.end()) {
    if (!rule->second.enabled) {
      return std::nullopt;
    }
    if (rule->second.severity) {
      draft.urgency = std::min(draft.urgency, urgency_of(*rule->second.severity) + 0.49);
    }
  }
  return draft;
}

std::optional<Concern> judge(const Subject& subject, const Policy& policy) {
  std::optional<Concern> best;
  std::vector<std::string> others;
  for (const Rule rule : rules()) {
    std::optional<Concern> draft = rule(subject);
    draft = draft ? weigh(std::move(*draft), subject, policy) : std::nullopt;
    if (!draft) {
      continue;
    }
    if (best && claim(*best) >= claim(*draft)) {
      others.push_back(draft->rule + ": " + draft->tail);
      continue;
    }
    if (best) {
      others.push_back(best->rule + ": " + best->tail);
    }
    best = std::move(draft);
  }
  if (best) {
    for (std::string& other : others) {
      best->reasons.push_back("also " + std::move(other));
    }
  }
  return best;
}

} // namespace leadline
