#include "analyzers/split/order.hpp"

#include "analyzers/split/disjoint_sets.hpp"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <utility>

namespace leadline {
namespace {

constexpr std::size_t k_nobody = std::numeric_limits<std::size_t>::max();
constexpr int k_nearly_all = 80; // percent of a draft's lines, of which no rest is worth a group

bool is_at_stake(const std::vector<SplitUnit>& units, const Draft& draft) {
  return std::any_of(draft.units.begin(), draft.units.end(),
                     [&](std::size_t unit) { return units[unit].at_stake; });
}

long lines_of(const std::vector<SplitUnit>& units, const std::vector<std::size_t>& members) {
  return std::accumulate(members.begin(), members.end(), 0L,
                         [&](long sum, std::size_t unit) { return sum + units[unit].lines; });
}

std::vector<std::size_t> drafts_of_units(std::size_t units, const std::vector<Draft>& drafts) {
  std::vector<std::size_t> draft_of(units, k_nobody);
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    for (const std::size_t unit : drafts[i].units) {
      draft_of[unit] = i;
    }
  }
  return draft_of;
}

// Takes what the draft `risky` needs, however far, out of drafts that have much else.
void take_out_needs_of(std::size_t risky, const std::vector<SplitUnit>& units,
                       const std::vector<std::vector<std::size_t>>& owners_of,
                       std::vector<Draft>& drafts) {
  const std::vector<std::size_t> draft_of = drafts_of_units(units.size(), drafts);
  std::vector<bool> seen(units.size(), false);
  std::vector<std::size_t> open = drafts[risky].units;
  std::map<std::size_t, std::vector<std::size_t>> needed; // by draft
  while (!open.empty()) {
    const std::size_t unit = open.back();
    open.pop_back();
    for (const std::size_t owner : owners_of[unit]) {
      if (!seen[owner] && draft_of[owner] != risky &&
          !is_at_stake(units, drafts[draft_of[owner]])) {
        seen[owner] = true;
        open.push_back(owner);
        needed[draft_of[owner]].push_back(owner);
      }
    }
  }
  Draft taken;
  taken.rank = drafts[risky].rank;
  for (auto& [index, some] : needed) {
    std::vector<std::size_t>& all = drafts[index].units;
    if (100 * lines_of(units, some) > k_nearly_all * lines_of(units, all)) {
      continue;
    }
    std::sort(some.begin(), some.end());
    std::vector<std::size_t> rest;
    std::set_difference(all.begin(), all.end(), some.begin(), some.end(), std::back_inserter(rest));
    all = std::move(rest);
    taken.units.insert(taken.units.end(), some.begin(), some.end());
  }
  if (!taken.units.empty()) {
    std::sort(taken.units.begin(), taken.units.end());
    drafts.push_back(std::move(taken));
  }
}

void take_out_needs(const std::vector<SplitUnit>& units, const std::vector<UnitNeed>& needs,
                    std::vector<Draft>& drafts) {
  std::vector<std::vector<std::size_t>> owners_of(units.size());
  for (const UnitNeed& need : needs) {
    if (need.strong || need.across) {
      owners_of[need.user].push_back(need.owner);
    }
  }
  const std::size_t before = drafts.size();
  for (std::size_t i = 0; i < before; ++i) {
    if (is_at_stake(units, drafts[i])) {
      take_out_needs_of(i, units, owners_of, drafts);
    }
  }
}

// Each need of the wanted strength between two drafts, by their numbers.
template <typename Take>
void each_draft_need(const std::vector<SplitUnit>& units, const std::vector<UnitNeed>& needs,
                     const std::vector<Draft>& drafts, bool strong, Take take) {
  const std::vector<std::size_t> draft_of = drafts_of_units(units.size(), drafts);
  for (const UnitNeed& need : needs) {
    const std::size_t user = draft_of[need.user];
    const std::size_t owner = draft_of[need.owner];
    if (need.strong == strong && user != owner) {
      take(user, owner, need.name);
    }
  }
}

// Whether `from` reaches `to` over needs. Drafts are few.
bool reaches(const std::vector<Draft>& drafts, std::size_t from, std::size_t to,
             std::vector<bool>& seen) {
  if (from == to) {
    return true;
  }
  seen[from] = true;
  return std::any_of(drafts[from].needs.begin(), drafts[from].needs.end(), [&](const auto& next) {
    return !seen[next.first] && reaches(drafts, next.first, to, seen);
  });
}

std::vector<Draft> join_cycles(const std::vector<Draft>& drafts) {
  DisjointSets sets(drafts.size());
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    for (const auto& [need, name] : drafts[i].needs) {
      std::vector<bool> seen(drafts.size(), false);
      if (reaches(drafts, need, i, seen)) {
        sets.unite(i, need);
      }
    }
  }
  std::map<std::size_t, std::size_t> place; // root -> index of the joined draft
  std::vector<Draft> joined;
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    const auto [known, fresh] = place.emplace(sets.find(i), joined.size());
    if (fresh) {
      joined.push_back({{}, drafts[i].rank, {}, {}});
    }
    Draft& draft = joined[known->second];
    draft.units.insert(draft.units.end(), drafts[i].units.begin(), drafts[i].units.end());
    draft.rank = std::min(draft.rank, drafts[i].rank);
  }
  for (std::size_t i = 0; i < drafts.size(); ++i) {
    for (const auto& [need, name] : drafts[i].needs) {
      const std::size_t from = place[sets.find(i)];
      const std::size_t to = place[sets.find(need)];
      if (from != to) {
        joined[from].needs.emplace(to, name);
      } else {
        joined[from].joined_over.insert(name);
      }
    }
  }
  for (Draft& draft : joined) {
    std::sort(draft.units.begin(), draft.units.end());
  }
  return joined;
}

} // namespace

std::vector<Draft> in_merge_order(const std::vector<SplitUnit>& units,
                                  const std::vector<UnitNeed>& needs, std::vector<Draft> drafts) {
  take_out_needs(units, needs, drafts);
  each_draft_need(units, needs, drafts, true,
                  [&](std::size_t user, std::size_t owner, const std::string& name) {
                    drafts[user].needs.emplace(owner, name);
                  });
  drafts = join_cycles(drafts);
  each_draft_need(units, needs, drafts, false,
                  [&](std::size_t user, std::size_t owner, const std::string& name) {
                    std::vector<bool> seen(drafts.size(), false);
                    if (!reaches(drafts, owner, user, seen)) {
                      drafts[user].needs.emplace(owner, name);
                    }
                  });
  std::vector<std::size_t> wanted(drafts.size());
  std::iota(wanted.begin(), wanted.end(), 0U);
  const auto earlier = [&](std::size_t a, std::size_t b) {
    return drafts[a].rank != drafts[b].rank ? drafts[a].rank < drafts[b].rank : a < b;
  };
  std::sort(wanted.begin(), wanted.end(), earlier);
  std::vector<std::size_t> order; // old index of the draft at each place
  std::vector<std::size_t> place(drafts.size(), k_nobody);
  // What is needed inherits the place of what needs it. Drafts are few, and no cycle is left.
  const std::function<void(std::size_t)> put = [&](std::size_t draft) {
    if (place[draft] != k_nobody) {
      return;
    }
    std::vector<std::size_t> before;
    for (const auto& [need, name] : drafts[draft].needs) {
      before.push_back(need);
    }
    std::sort(before.begin(), before.end(), earlier);
    std::for_each(before.begin(), before.end(), put);
    place[draft] = order.size();
    order.push_back(draft);
  };
  std::for_each(wanted.begin(), wanted.end(), put);
  std::vector<Draft> ordered;
  for (const std::size_t old : order) {
    Draft draft = std::move(drafts[old]);
    std::map<std::size_t, std::string> by_place;
    for (auto& [need, name] : draft.needs) {
      by_place.emplace(place[need], std::move(name));
    }
    draft.needs = std::move(by_place);
    ordered.push_back(std::move(draft));
  }
  return ordered;
}

} // namespace leadline
