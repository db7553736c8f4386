#include "analyzers/split/crumbs.hpp"

#include "analyzers/split/clusters.hpp"

#include <algorithm>

namespace leadline {
namespace {

using Cluster = std::vector<std::size_t>;

constexpr int k_few_lines = 3;
constexpr int k_large = 200; // changed lines of a group that a crumb does not matter beside
constexpr std::size_t k_few_files = 10;

class Sizes {
public:
  Sizes(const Report& report, const std::vector<SplitUnit>& units,
        const std::set<std::string>& weighty)
      : m_report(report), m_units(units), m_weighty(weighty) {}

  int lines_of(const Cluster& cluster) const {
    int lines = 0;
    for (const std::size_t unit : cluster) {
      for (const std::size_t chunk : m_units[unit].chunks) {
        lines += m_report.chunks[chunk].old_lines + m_report.chunks[chunk].new_lines;
      }
    }
    return lines;
  }

  bool is_crumb(const Cluster& cluster) const {
    const int lines = lines_of(cluster);
    std::set<std::size_t> files;
    for (const std::size_t unit : cluster) {
      if (m_units[unit].has_finding || (lines > 0 && m_weighty.count(m_units[unit].domain) != 0)) {
        return false;
      }
      files.insert(m_units[unit].file);
    }
    return lines == 0 ? files.size() <= k_few_files : lines <= k_few_lines;
  }

private:
  const Report& m_report;
  const std::vector<SplitUnit>& m_units;
  const std::set<std::string>& m_weighty;
};

} // namespace

std::vector<std::vector<std::size_t>>
without_crumbs(const Report& report, const std::vector<SplitUnit>& units,
               const AffinityTable& table, const std::set<std::string>& weighty,
               std::vector<std::vector<std::size_t>> clusters) {
  const Sizes sizes(report, units, weighty);
  const auto is_large = [&](const Cluster& each) { return sizes.lines_of(each) >= k_large; };
  if (std::none_of(clusters.begin(), clusters.end(), is_large)) {
    return clusters;
  }
  for (;;) { // clusters are few, and each round has one less
    const auto crumb = std::find_if(clusters.begin(), clusters.end(),
                                    [&](const Cluster& each) { return sizes.is_crumb(each); });
    if (crumb == clusters.end()) {
      break;
    }
    const Cluster lost = std::move(*crumb);
    clusters.erase(crumb);
    const auto home =
        std::max_element(clusters.begin(), clusters.end(), [&](const Cluster& a, const Cluster& b) {
          return mean_affinity(table, lost, a) < mean_affinity(table, lost, b);
        });
    home->insert(home->end(), lost.begin(), lost.end());
    std::sort(home->begin(), home->end());
  }
  std::sort(clusters.begin(), clusters.end());
  return clusters;
}

} // namespace leadline
