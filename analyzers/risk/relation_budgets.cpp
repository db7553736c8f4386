#include "analyzers/risk/relation_rules.hpp"

#include <fmt/format.h>

namespace leadline {
namespace {

// A workload's copies and its budget. Ambiguous where a file has several.
struct Budget {
  const Setting* replicas = nullptr;
  const Setting* min_available = nullptr;
  std::string path_of_replicas; // "" the file that is looked at
  std::string path_of_budget;
  bool several = false;
};

void collect(const std::vector<Setting>& settings, const std::string& path, Budget& budget) {
  const auto take = [&](const Setting*& place, std::string& from, const Setting& setting) {
    budget.several = budget.several || place != nullptr;
    place = &setting;
    from = path;
  };
  for (const Setting& setting : settings) {
    const std::string leaf = leaf_of(setting);
    if (leaf == " replicas " || leaf == " replica count ") {
      take(budget.replicas, budget.path_of_replicas, setting);
    } else if (leaf == " min available ") {
      take(budget.min_available, budget.path_of_budget, setting);
    }
  }
}

std::optional<double> count_of(const Setting* setting) {
  const auto quantity = setting == nullptr ? std::nullopt : SettingsByPath::value_of(*setting, "");
  return quantity && quantity->dimension == Dimension::count ? std::optional(quantity->value)
                                                             : std::nullopt;
}

// No copy may leave: as many have to stay as there are.
bool is_stuck(const Budget& budget) {
  const auto replicas = count_of(budget.replicas);
  const auto stay = count_of(budget.min_available);
  return replicas && stay && *replicas > 1 && *stay >= *replicas;
}

} // namespace

// https://kubernetes.io/docs/tasks/run-application/configure-pdb/#think-about-how-your-application-reacts-to-disruptions
void find_stuck_budgets(std::span<const RelationFile> files, Neighbours& neighbours,
                        std::vector<Relation>& found) {
  for (const RelationFile& file : files) {
    Budget after;
    Budget before;
    collect(file.new_settings, "", after);
    collect(file.old_settings, "", before);
    if (after.replicas == nullptr && after.min_available == nullptr) {
      continue;
    }
    if (after.replicas == nullptr || after.min_available == nullptr) {
      const auto fill = [&](const std::string& path, const std::vector<Setting>& now,
                            const std::vector<Setting>& then) {
        collect(now, path, after);
        collect(then, path, before);
      };
      for (const RelationFile* other : neighbours.changed(file)) {
        fill(other->context->path, other->new_settings, other->old_settings);
      }
      for (const Neighbours::File& other : neighbours.unchanged(file.context->path)) {
        fill(other.path, other.settings, other.settings);
      }
    }
    if (after.several || before.several || !is_stuck(after) || is_stuck(before)) {
      continue;
    }
    for (const SettingChange* change : file.changes) {
      if (change->new_setting->key == after.replicas->key ||
          change->new_setting->key == after.min_available->key) {
        Relation made = make_relation(
            *change, "relation.budget_over_replicas", 1.6,
            fmt::format("{} of {} copies must stay", after.min_available->value,
                        after.replicas->value),
            "No copy may be evicted: nodes cannot be drained, and upgrades of the cluster hang.",
            "Leave room for one copy to go.");
        rest_on(made, after.replicas, after.path_of_replicas);
        rest_on(made, after.min_available, after.path_of_budget);
        found.push_back(std::move(made));
        break;
      }
    }
  }
}

} // namespace leadline
