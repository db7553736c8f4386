#include "analyzers/split/plan.hpp"

#include "analyzers/catalog/domains.hpp"
#include "analyzers/split/clusters.hpp"
#include "analyzers/split/order.hpp"
#include "analyzers/split/recommend.hpp"
#include "base/digest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

namespace leadline {
namespace {

constexpr int k_weighty = 3; // Domain::weight from which lines of a domain are reviewed apart
constexpr std::size_t k_most_groups = 5;

class Planner {
public:
  Planner(const ChangeSet& changes, const Report& report, const Policy& policy)
      : m_changes(changes), m_report(report) {
    for (const std::vector<Domain>* domains : {&built_in_domains(), &policy.domains}) {
      for (const Domain& domain : *domains) {
        m_domains[domain.id] = domain;
      }
    }
    std::set<std::string> weighty;
    for (const auto& [id, domain] : m_domains) {
      if (domain.weight >= k_weighty) {
        weighty.insert(id);
      }
    }
    m_units = make_units(changes, report, weighty);
  }

  std::vector<SplitGroup> groups() const {
    std::vector<SplitGroup> found;
    for (const Draft& draft : in_merge_order(m_changes, m_report, m_units, drafts())) {
      found.push_back(group(draft, found));
    }
    return found;
  }

private:
  // Lines at stake go first and alone, a group for each domain; the rest is clustered.
  std::vector<Draft> drafts() const {
    std::map<std::string, std::vector<std::size_t>> at_stake;
    std::vector<std::size_t> rest;
    for (std::size_t i = 0; i < m_units.size(); ++i) {
      if (m_units[i].at_stake) {
        at_stake[m_units[i].domain].push_back(i);
      } else {
        rest.push_back(i);
      }
    }
    std::vector<Draft> found;
    for (const auto& [domain, units] : at_stake) {
      found.push_back({units, merge_order(domain) - k_stake_first, {}});
    }
    ClusterLimits limits;
    limits.at_most = k_most_groups > found.size() + 2 ? k_most_groups - found.size() : 2;
    const AffinityTable table(m_changes, m_report, m_units, weights());
    for (const std::vector<std::size_t>& units : cluster(table, m_changes, m_units, rest, limits)) {
      found.push_back({units, merge_order(domain_of(units)), {}});
    }
    return found;
  }

  std::map<std::string, int, std::less<>> weights() const {
    std::map<std::string, int, std::less<>> found;
    for (const auto& [id, domain] : m_domains) {
      found[id] = domain.weight;
    }
    return found;
  }

  int merge_order(const std::string& domain) const {
    const auto found = m_domains.find(domain);
    return found == m_domains.end() ? 50 : found->second.merge_order;
  }

  std::string title_of(const std::string& domain) const {
    const auto found = m_domains.find(domain);
    return found == m_domains.end() ? domain : found->second.title;
  }

  // The domain of most changed lines; tests, docs and the like name a group only when it has
  // nothing else.
  std::string domain_of(const std::vector<std::size_t>& units) const {
    std::map<std::string, int> lines;
    for (const std::size_t unit : units) {
      lines[m_units[unit].domain] += m_units[unit].lines;
    }
    const auto less = [&](const auto& a, const auto& b) {
      const bool a_counts = weight_of(a.first) > 0;
      const bool b_counts = weight_of(b.first) > 0;
      return a_counts == b_counts ? a.second < b.second : b_counts;
    };
    return std::max_element(lines.begin(), lines.end(), less)->first;
  }

  int weight_of(const std::string& domain) const {
    const auto found = m_domains.find(domain);
    return found == m_domains.end() ? 0 : found->second.weight;
  }

  SplitGroup group(const Draft& draft, const std::vector<SplitGroup>& before) const {
    SplitGroup made;
    made.domain = domain_of(draft.units);
    std::vector<std::size_t> chunks;
    std::set<std::string> paths;
    for (const std::size_t unit : draft.units) {
      chunks.insert(chunks.end(), m_units[unit].chunks.begin(), m_units[unit].chunks.end());
    }
    std::sort(chunks.begin(), chunks.end());
    for (const std::size_t index : chunks) {
      const Chunk& chunk = m_report.chunks[index];
      made.chunks.push_back(chunk.id);
      made.additions += chunk.new_lines;
      made.deletions += chunk.old_lines;
      paths.insert(chunk.path);
    }
    made.files = static_cast<int>(paths.size());
    for (const std::size_t need : draft.needs) {
      made.depends_on.push_back(before[need].id);
    }
    const std::string place = place_of(paths);
    made.title = title_of(made.domain);
    made.id = made.domain;
    const auto taken = [&] {
      return std::any_of(before.begin(), before.end(),
                         [&](const SplitGroup& other) { return other.id == made.id; });
    };
    if (taken()) { // the same subject elsewhere: told apart by where
      made.title += place.empty() ? std::string() : " in " + place;
      made.id += "-" + sha256_hex(*paths.begin()).substr(0, 6);
    }
    for (int number = 2; taken(); ++number) {
      made.id = fmt::format("{}-{}", made.domain, number);
    }
    made.why = why(draft, paths, place);
    return made;
  }

  std::string why(const Draft& draft, const std::set<std::string>& paths,
                  const std::string& place) const {
    const bool stake = m_units[draft.units.front()].at_stake;
    if (stake) {
      return fmt::format("{} {} with a finding that blocks, to be reviewed by itself",
                         title_of(domain_of(draft.units)),
                         draft.units.size() == 1 && paths.size() == 1 ? "change" : "changes");
    }
    if (paths.size() == 1) {
      return "one file";
    }
    std::set<std::string> domains;
    for (const std::size_t unit : draft.units) {
      domains.insert(m_units[unit].domain);
    }
    std::string reason = domains.size() == 1 ? "all about " + title_of(*domains.begin())
                                             : "changed names and wording in common";
    if (!place.empty()) {
      reason += ", below " + place;
    }
    return reason;
  }

  // The folder that all paths share, "" when it is the root.
  static std::string place_of(const std::set<std::string>& paths) {
    std::string place = paths.begin()->substr(0, paths.begin()->rfind('/') + 1);
    for (const std::string& path : paths) {
      while (!place.empty() && path.compare(0, place.size(), place) != 0) {
        place.pop_back();
        place.erase(place.rfind('/') + 1);
      }
    }
    return place;
  }

  static constexpr int k_stake_first = 1000;

  const ChangeSet& m_changes;
  const Report& m_report;
  std::map<std::string, Domain> m_domains;
  std::vector<SplitUnit> m_units;
};

} // namespace

SplitPlan plan_split(const ChangeSet& changes, const Report& report, const Policy& policy) {
  SplitPlan plan;
  if (!report.chunks.empty()) {
    plan.groups = Planner(changes, report, policy).groups();
  }
  recommend_split(report, policy, plan);
  return plan;
}

} // namespace leadline
