#pragma once

#include "analyzers/risk/rules.hpp"

#include <optional>

namespace leadline {

// The most urgent draft of all rule families for one setting change, with what the others saw among
// its reasons; its urgency already counts environment, role of the file and policy. nullopt:
// nothing to say, or the policy switched the rule off.
std::optional<Concern> judge(const Subject& subject, const Policy& policy);

// Applies environment, role and policy to a draft of any origin.
std::optional<Concern> weigh(Concern draft, const Subject& subject, const Policy& policy);

Severity severity_of_urgency(double urgency);
// The urgency in the middle of a severity.
double urgency_of(Severity severity);

// Limits that a repository gave itself (Policy::baselines).
class BaselineRules {
public:
  explicit BaselineRules(const Policy& policy);

  // The gravest violation by the new value; by the catalogue's default where the line is gone.
  std::optional<Concern> judge(const Subject& subject) const;

private:
  std::optional<Concern> judge_value(const Subject& subject) const;

  struct Entry {
    Baseline baseline;
    std::optional<GlobSet> paths;
    std::vector<std::string> segments; // of its key, normalised
  };
  std::vector<Entry> m_entries;
};

} // namespace leadline
