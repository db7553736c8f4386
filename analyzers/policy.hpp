#pragma once

#include "analyzers/catalog/domains.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace leadline {

enum class Severity { low, medium, high, critical };
std::string_view name_of(Severity severity);
std::optional<Severity> severity_of(std::string_view name);

// A known-good range of one setting: the post-mortem's first follow-up. All conditions that are set
// must hold.
struct Baseline {
  std::string key;                // catalogue id, or key path whose last segments must match
  std::vector<std::string> paths; // globs; empty: everywhere
  std::optional<std::string> min; // in any unit that the parameter takes: "100", "2Gi", "30s"
  std::optional<std::string> max;
  std::vector<std::string> allowed; // exact values
  std::vector<std::string> forbidden;
  std::optional<double> max_change; // ratio, >= 1: 2 allows halving and doubling
  Severity severity = Severity::critical;
  std::string why; // shown with the finding
};

struct RuleSetting {
  bool enabled = true;
  std::optional<Severity> severity; // ceiling
};

// Which paths are which environment; the first match wins.
struct EnvironmentRule {
  std::vector<std::string> paths; // globs
  std::string environment;        // "production", "staging", "development"
};

struct SplitPolicy {
  int max_lines = 400;     // changed lines beyond which a split is recommended
  int buried_percent = 50; // 100 * Burial::score from which a risky line counts as hidden
  int risky_domains = 2;   // domains with risky lines from which they are reviewed apart
  bool required = false;   // a recommended split blocks the check
};

// How a repository wants to be judged: `.github/leadline.yml` of the merge base, over the
// organisation's, over these defaults.
struct Policy {
  Severity fail_on = Severity::high;
  bool never_fail = false;                  // --fail-on never
  std::vector<std::string> ignore_paths;    // globs; still counted in the coverage
  std::vector<Domain> domains;              // added to, or replacing by id, the built-in ones
  std::map<std::string, RuleSetting> rules; // by rule id
  std::vector<Baseline> baselines;
  std::vector<EnvironmentRule> environments;
  // Words of keys whose values are redacted, added to the built-in.
  std::vector<std::string> secret_keys;
  SplitPolicy split;
};

} // namespace leadline
