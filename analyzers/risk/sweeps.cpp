#include "analyzers/risk/sweeps.hpp"

#include "analyzers/risk/findings.hpp"
#include "analyzers/risk/guards.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>

namespace leadline {
namespace {

constexpr double k_led = 0.9; // low

// A key's last word, with its parent's where it says nothing alone: "tls.enabled" in two services
// is one edit, "auth.enabled" beside it is another one.
std::string name_of_sweep(const Subject& subject) {
  return is_generic_leaf(subject.leaf) ? std::string(last_word(subject.parents)) + subject.leaf
                                       : subject.leaf;
}

} // namespace

void fold_sweeps(std::vector<Suspect>& suspects) {
  struct Sweep {
    std::size_t first = 0;
    int places = 0;
  };
  std::unordered_map<std::string, Sweep> sweeps;
  for (std::size_t i = 0; i < suspects.size(); ++i) {
    const SettingChange& change = *suspects[i].subject->change;
    const auto side = [](const std::optional<Setting>& setting) {
      return setting ? '=' + setting->value : std::string();
    };
    const std::string edit = suspects[i].draft.rule + '\0' + side(change.old_setting) + '\0' +
                             side(change.new_setting) + '\0' + name_of_sweep(*suspects[i].subject);
    Sweep& sweep = sweeps.try_emplace(edit, Sweep{i, 0}).first->second;
    if (++sweep.places > 1) {
      suspects[i].edit = static_cast<int>(sweep.first) + 1;
      suspects[i].alone = suspects[i].draft.urgency;
      suspects[i].draft.urgency = std::min(suspects[i].draft.urgency, k_led);
      suspects[i].draft.reasons.push_back("the same edit as in " +
                                          suspects[sweep.first].subject->file->path);
    }
  }
  for (const auto& [edit, sweep] : sweeps) {
    if (sweep.places > 1) {
      Suspect& leader = suspects[sweep.first];
      leader.edit = static_cast<int>(sweep.first) + 1;
      leader.leads = true;
      Concern& first = leader.draft;
      if (first.urgency >= 2) {
        first.tail += sweep.places == 2 ? std::string(" (and 1 more place)")
                                        : fmt::format(" (and {} more places)", sweep.places - 1);
      }
      leader.sweep = sweep.places > 2;
      first.reasons.push_back(fmt::format("the same edit stands in {} places", sweep.places));
    }
  }
}

void name_leaders(const std::vector<Suspect>& suspects, std::vector<Finding>& findings) {
  std::unordered_map<int, std::string> leaders;
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (suspects[i].leads) {
      leaders[suspects[i].edit] = findings[i].id;
    }
  }
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (suspects[i].edit != 0 && !suspects[i].leads) {
      findings[i].sweep = {leaders.at(suspects[i].edit), severity_of_urgency(suspects[i].alone)};
    }
  }
}

void lead_anew(std::vector<Finding>& findings) {
  std::set<std::string> here;
  for (const Finding& finding : findings) {
    here.insert(finding.id);
  }
  std::unordered_map<std::string, std::size_t> heirs; // by the leader that is gone
  for (std::size_t i = 0; i < findings.size(); ++i) {
    if (!findings[i].sweep || here.count(findings[i].sweep->leader) != 0) {
      continue;
    }
    std::size_t& heir = heirs.try_emplace(findings[i].sweep->leader, i).first->second;
    if (findings[i].sweep->severity > findings[heir].sweep->severity) {
      heir = i;
    }
  }
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const auto heir = findings[i].sweep ? heirs.find(findings[i].sweep->leader) : heirs.end();
    if (heir != heirs.end() && heir->second != i) {
      findings[i].sweep->leader = findings[heir->second].id;
    }
  }
  for (const auto& [gone, heir] : heirs) {
    findings[heir].severity = findings[heir].sweep->severity;
    findings[heir].sweep.reset();
  }
  std::stable_sort(findings.begin(), findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
}

Severity severity_alone(const Finding& finding) {
  return finding.sweep ? finding.sweep->severity : finding.severity;
}

} // namespace leadline
