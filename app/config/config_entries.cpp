#include "app/config/config_entries.hpp"

#include "app/config/environment_changes.hpp"
#include "base/glob.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <tuple>

namespace leadline {
namespace {

using Role = ConfigEntry::Role;

constexpr const char* k_environments = "environments";

std::string joined(const std::vector<std::string>& texts) {
  return fmt::format("{}", fmt::join(texts, ", "));
}

const char* yes_no(bool value) { return value ? "true" : "false"; }

class Entries {
public:
  ConfigEntry& add(std::string field, std::string name, std::string value,
                   Role role = Role::neutral) {
    ConfigEntry entry;
    entry.field = std::move(field);
    entry.name = std::move(name);
    entry.value = std::move(value);
    entry.role = role;
    m_entries.push_back(std::move(entry));
    return m_entries.back();
  }

  void add_each(const std::string& field, const std::vector<std::string>& names, Role role) {
    for (const std::string& name : names) {
      add(field, name, "yes", role);
    }
  }

  std::vector<ConfigEntry> take() { return std::move(m_entries); }

private:
  std::vector<ConfigEntry> m_entries;
};

void add_rule(Entries& entries, const std::string& id, const RuleSetting& rule) {
  const bool excuses = !rule.enabled || rule.severity;
  const std::string value = !rule.enabled   ? "off"
                            : rule.severity ? fmt::format("at most {}", name_of(*rule.severity))
                                            : "on";
  ConfigEntry& entry = entries.add("rules", id, value, excuses ? Role::excuse : Role::neutral);
  entry.strictness = !rule.enabled ? 0 : rule.severity ? 1 + static_cast<int>(*rule.severity) : 5;
}

void add_baseline(Entries& entries, const Baseline& baseline) {
  std::vector<std::string> parts;
  const auto part = [&](const char* name, const std::string& value) {
    if (!value.empty()) {
      parts.push_back(fmt::format("{} {}", name, value));
    }
  };
  part("min", baseline.min.value_or(""));
  part("max", baseline.max.value_or(""));
  part("max_change", baseline.max_change ? fmt::format("{}", *baseline.max_change) : "");
  part("allowed", joined(baseline.allowed));
  part("forbidden", joined(baseline.forbidden));
  part("severity", std::string(name_of(baseline.severity)));
  const std::string where =
      baseline.paths.empty() ? "" : fmt::format(" in {}", joined(baseline.paths));
  entries.add("baselines", baseline.key + where, joined(parts), Role::guard).any_change_weakens =
      true;
}

// A higher limit demands fewer splits; where none is demanded, no limit is strict.
void add_split(Entries& entries, const SplitPolicy& split) {
  constexpr int k_demands_nothing = -1'000'000'000;
  const auto limit = [&](const char* field, int value) {
    entries.add(field, "", std::to_string(value)).strictness =
        split.required ? -value : k_demands_nothing;
  };
  limit("split.max_lines", split.max_lines);
  limit("split.buried_percent", split.buried_percent);
  limit("split.risky_domains", split.risky_domains);
  if (split.required) {
    entries.add("split.required", "", "true", Role::guard);
  }
}

void add_acknowledging(Entries& entries, const Acknowledging& rules) {
  if (rules.by_author) {
    entries.add("acknowledge.by_author", "", "true", Role::excuse);
  }
  entries.add("acknowledge.max_severity", "", std::string(name_of(rules.max_severity))).strictness =
      -static_cast<int>(rules.max_severity);
  constexpr int k_for_ever = 1'000'000;
  entries
      .add("acknowledge.max_days", "",
           rules.max_days == 0 ? "without end" : std::to_string(rules.max_days))
      .strictness = rules.max_days == 0 ? -k_for_ever : -rules.max_days;
  for (const auto& [domain, owners] : rules.owners) {
    entries.add("acknowledge.owners", domain, joined(owners), Role::guard).any_change_weakens =
        true;
  }
  if (!rules.override_label.empty()) {
    entries.add("acknowledge.override_label", "", rules.override_label, Role::excuse)
        .any_change_weakens = true;
  }
}

// Who may say that a finding does not count comes first, then what is not found any more.
std::size_t gravity_of(const std::string& field) {
  constexpr std::array<std::string_view, 15> k_gravest_first = {"fail_on",
                                                                "acknowledge.by_author",
                                                                "acknowledge.override_label",
                                                                "acknowledge.max_severity",
                                                                "acknowledge.owners",
                                                                "commands.teams",
                                                                "acknowledge.max_days",
                                                                "environments",
                                                                "baselines",
                                                                "rules",
                                                                "ignore",
                                                                "domains",
                                                                "secret_keys",
                                                                "split.required",
                                                                "split.max_lines"};
  return static_cast<std::size_t>(std::find(k_gravest_first.begin(), k_gravest_first.end(), field) -
                                  k_gravest_first.begin());
}

// Of two patterns the one that leaves more open takes more away.
int pinned_down(const ConfigChange& change) {
  return change.field == "ignore" ? glob_specificity(change.title.substr(change.field.size())) : 0;
}

void sort_by_gravity(std::vector<ConfigChange>& changes) {
  std::stable_sort(changes.begin(), changes.end(),
                   [](const ConfigChange& a, const ConfigChange& b) {
                     if (!a.weakens || !b.weakens) {
                       return a.weakens && !b.weakens;
                     }
                     return std::tuple(gravity_of(a.field), pinned_down(a)) <
                            std::tuple(gravity_of(b.field), pinned_down(b));
                   });
}

} // namespace

std::vector<ConfigEntry> config_entries(const RepositoryConfig& config) {
  Entries entries;
  const Policy& policy = config.policy;
  entries.add("fail_on", "", policy.never_fail ? "never" : std::string(name_of(policy.fail_on)))
      .strictness = policy.never_fail ? -100 : -static_cast<int>(policy.fail_on);
  entries.add_each("ignore", policy.ignore_paths, Role::excuse);
  entries.add_each("secret_keys", policy.secret_keys, Role::guard);
  for (const Domain& domain : policy.domains) {
    // A built-in one that is replaced is seen no more.
    const bool replaces =
        std::any_of(built_in_domains().begin(), built_in_domains().end(),
                    [&](const Domain& built_in) { return built_in.id == domain.id; });
    entries
        .add("domains", domain.id,
             fmt::format("weight {}, words [{}], paths [{}]", domain.weight, joined(domain.words),
                         joined(domain.paths)),
             replaces ? Role::excuse : Role::neutral)
        .strictness = domain.weight;
  }
  for (const auto& [id, rule] : policy.rules) {
    add_rule(entries, id, rule);
  }
  for (const Baseline& baseline : policy.baselines) {
    add_baseline(entries, baseline);
  }
  for (const EnvironmentRule& rule : policy.environments) {
    entries.add(k_environments, joined(rule.paths), rule.environment);
  }
  add_split(entries, policy.split);
  const Publishing& publishing = config.publishing;
  entries.add(k_check_name_field, "", publishing.check_name);
  entries.add("publish.sticky_comment", "", yes_no(publishing.sticky_comment));
  entries.add("publish.inline_comments", "", yes_no(publishing.inline_comments));
  entries.add("publish.inline_severity", "", std::string(name_of(publishing.inline_severity)));
  entries.add("publish.comment_on_drafts", "", yes_no(publishing.comment_on_drafts));
  entries.add("publish.push_split_branches", "", yes_no(publishing.push_split_branches));
  add_acknowledging(entries, config.acknowledging);
  entries.add_each("commands.teams", config.command_teams, Role::excuse);
  return entries.take();
}

std::string config_text(const RepositoryConfig& config) {
  std::string text;
  for (const ConfigEntry& entry : config_entries(config)) {
    text += fmt::format("{}: {}\n", entry.title(), entry.value);
  }
  return text;
}

std::vector<ConfigChange> config_changes(const RepositoryConfig& before,
                                         const RepositoryConfig& after) {
  const std::vector<ConfigEntry> old_entries = config_entries(before);
  const std::vector<ConfigEntry> new_entries = config_entries(after);
  const auto same_as = [](const ConfigEntry& entry) {
    return [&entry](const ConfigEntry& other) {
      return other.field == entry.field && other.name == entry.name;
    };
  };
  // Whose a finding is goes by its domain, and that by the words and paths of all domains.
  const auto moves_owners = [&](const ConfigEntry& entry) {
    return entry.field == "domains" && !before.acknowledging.owners.empty();
  };
  std::vector<ConfigChange> changes;
  for (const ConfigEntry& entry : new_entries) {
    if (entry.field == k_environments) {
      continue; // there the order counts
    }
    const auto old = std::find_if(old_entries.begin(), old_entries.end(), same_as(entry));
    if (old == old_entries.end()) {
      changes.push_back({entry.field, entry.title(), "", entry.value,
                         entry.role == Role::excuse || moves_owners(entry)});
    } else if (old->value != entry.value) {
      const bool weakens =
          entry.strictness < old->strictness || entry.any_change_weakens || moves_owners(entry);
      changes.push_back({entry.field, entry.title(), old->value, entry.value, weakens});
    }
  }
  for (const ConfigEntry& entry : old_entries) {
    if (entry.field != k_environments &&
        std::none_of(new_entries.begin(), new_entries.end(), same_as(entry))) {
      changes.push_back({entry.field, entry.title(), entry.value, "",
                         entry.role == Role::guard || moves_owners(entry)});
    }
  }
  for (ConfigChange& change :
       environment_changes(before.policy.environments, after.policy.environments)) {
    changes.push_back(std::move(change));
  }
  sort_by_gravity(changes);
  return changes;
}

int line_of_field(std::string_view yaml, std::string_view field) {
  const std::string_view leaf = field.substr(field.rfind('.') + 1); // npos + 1 is 0
  int number = 0;
  for (const std::string_view line : split_lines(yaml)) {
    ++number;
    const std::string_view text = trim(line);
    if (text.starts_with(leaf) && text.substr(leaf.size()).starts_with(":")) {
      return number;
    }
  }
  return 1;
}

} // namespace leadline
