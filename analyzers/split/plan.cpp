#include "analyzers/split/plan.hpp"

#include "analyzers/catalog/domains.hpp"
#include "analyzers/split/clusters.hpp"
#include "analyzers/split/crumbs.hpp"
#include "analyzers/split/group_names.hpp"
#include "analyzers/split/imports.hpp"
#include "analyzers/split/order.hpp"
#include "analyzers/split/recommend.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace leadline {
namespace {

constexpr int k_weighty = 3; // Domain::weight from which lines of a domain are reviewed apart
constexpr std::size_t k_most_groups = 5;
constexpr long k_real_share = 25; // percent of a group's lines from which a domain can name it

class Planner {
public:
  Planner(const ChangeSet& changes, const Report& report, const Policy& policy,
          const FileSource& files)
      : m_changes(changes), m_report(report), m_files(files), m_redactor(policy.secret_keys),
        m_units(make_units(changes, report)) {
    for (const std::vector<Domain>* domains : {&built_in_domains(), &policy.domains}) {
      for (const Domain& domain : *domains) {
        m_domains[domain.id] = domain;
      }
    }
  }

  std::vector<SplitGroup> groups() const {
    const std::vector<UnitNeed> needs = unit_needs(m_changes, m_report, m_units);
    const AffinityTable table(m_changes, m_report, m_units, weighty(), needs, m_files, m_redactor);
    const std::vector<Draft> ordered = in_merge_order(m_units, needs, drafts(table, needs));
    std::vector<SplitGroup> found;
    for (const Draft& draft : ordered) {
      found.push_back(group(draft));
    }
    name_groups(
        m_changes, m_report, m_units, table, ordered,
        [this](const std::string& domain) { return title_of(domain); }, found);
    for (std::size_t i = 0; i < found.size(); ++i) {
      for (const auto& [need, name] : ordered[i].needs) {
        found[i].depends_on.push_back(found[need].id);
      }
    }
    return found;
  }

private:
  // Lines at stake go first and alone, by their domains; the rest is clustered.
  std::vector<Draft> drafts(const AffinityTable& table, const std::vector<UnitNeed>& needs) const {
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
    ClusterLimits limits;
    limits.at_most = 2;
    for (const auto& [domain, together] : at_stake) {
      for (const std::vector<std::size_t>& units :
           cluster(table, m_changes, m_units, together, limits)) {
        found.push_back({units, merge_order(domain) - k_stake_first, {}, {}});
      }
    }
    limits.at_most = k_most_groups > found.size() + 2 ? k_most_groups - found.size() : 2;
    for (const std::vector<std::size_t>& units :
         without_crumbs(m_report, m_units, table, weighty(),
                        cluster(table, m_changes, m_units, rest, limits))) {
      found.push_back({units, merge_order(domain_of(units)), {}, {}});
    }
    return with_imports(m_units, needs, std::move(found));
  }

  std::set<std::string> weighty() const {
    std::set<std::string> found;
    for (const auto& [id, domain] : m_domains) {
      if (domain.weight >= k_weighty) {
        found.insert(id);
      }
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

  // The domain of most changed lines, noise left out: of the units at stake when there are any,
  // else of those domains with a weight that hold a real share of the lines. Tests, docs and the
  // like name a group only when nothing else has such a share.
  std::string domain_of(const std::vector<std::size_t>& units) const {
    const bool at_stake = std::any_of(units.begin(), units.end(),
                                      [&](std::size_t unit) { return m_units[unit].at_stake; });
    std::map<std::string, long> lines;
    std::map<std::string, long> noise;
    long sum = 0;
    for (const std::size_t unit : units) {
      if (at_stake) {
        if (m_units[unit].at_stake) {
          lines[m_units[unit].domain] += m_units[unit].lines;
        }
        continue;
      }
      for (const std::size_t index : m_units[unit].chunks) {
        const Chunk& chunk = m_report.chunks[index];
        const int changed = std::max(1, chunk.old_lines + chunk.new_lines);
        (chunk.noise ? noise : lines)[chunk.domain] += changed;
        sum += chunk.noise ? 0 : changed;
      }
    }
    const auto names = [&](const auto& each) {
      return weight_of(each.first) > 0 && 100 * each.second >= k_real_share * sum;
    };
    const auto less = [&](const auto& a, const auto& b) {
      return names(a) == names(b) ? a.second < b.second : names(b);
    };
    const std::map<std::string, long>& counted = lines.empty() ? noise : lines;
    return std::max_element(counted.begin(), counted.end(), less)->first;
  }

  int weight_of(const std::string& domain) const {
    const auto found = m_domains.find(domain);
    return found == m_domains.end() ? 0 : found->second.weight;
  }

  SplitGroup group(const Draft& draft) const {
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
    return made;
  }

  static constexpr int k_stake_first = 1000;

  const ChangeSet& m_changes;
  const Report& m_report;
  const FileSource& m_files;
  Redactor m_redactor;
  std::map<std::string, Domain> m_domains;
  std::vector<SplitUnit> m_units;
};

} // namespace

SplitPlan plan_split(const ChangeSet& changes, const Report& report, const Policy& policy,
                     const FileSource& files) {
  SplitPlan plan;
  if (!report.chunks.empty()) {
    plan.groups = Planner(changes, report, policy, files).groups();
  }
  recommend_split(report, policy, plan);
  return plan;
}

} // namespace leadline
