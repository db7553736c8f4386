#include "analyzers/split/clusters.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace leadline {
namespace {

constexpr std::size_t k_max_seeds = 300;

using Clusters = std::vector<std::vector<std::size_t>>;

std::string folder_of(const std::string& path, std::size_t depth) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < depth; ++i) {
    const std::size_t slash = path.find('/', end);
    if (slash == std::string::npos) {
      return path.substr(0, path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
    }
    end = slash + 1;
  }
  return path.substr(0, end);
}

// One cluster for each member; of many, for each file; of many files, for each folder, as deep as
// the bound allows. Each domain has a cluster of its own there, and each replacement that is made
// all over, as long as these are not too many.
Clusters seeds(const AffinityTable& table, const ChangeSet& changes,
               const std::vector<SplitUnit>& units, const std::vector<std::size_t>& members) {
  Clusters found;
  if (members.size() <= k_max_seeds) {
    for (const std::size_t member : members) {
      found.push_back({member});
    }
    return found;
  }
  constexpr std::size_t k_whole_path = 9;
  std::vector<std::size_t> edits = table.common_edits(members);
  for (std::size_t depth = k_whole_path;;) {
    std::map<std::tuple<std::string, std::string, std::size_t>, std::vector<std::size_t>> by_place;
    for (std::size_t i = 0; i < members.size(); ++i) {
      const SplitUnit& unit = units[members[i]];
      const std::string& path = changes.files[unit.file].path();
      by_place[{depth == k_whole_path ? path : folder_of(path, depth), unit.domain, edits[i]}]
          .push_back(members[i]);
    }
    if (by_place.size() > k_max_seeds && depth > 0) {
      --depth;
      continue;
    }
    if (by_place.size() > k_max_seeds &&
        std::count(edits.begin(), edits.end(), 0U) < static_cast<std::ptrdiff_t>(edits.size())) {
      edits.assign(members.size(), 0);
      depth = k_whole_path;
      continue;
    }
    for (auto& [place, together] : by_place) {
      found.push_back(std::move(together));
    }
    std::sort(found.begin(), found.end());
    return found;
  }
}

} // namespace

// The sample is spread over each cluster and not side by side: lists made after one pattern meet at
// equal places.
double mean_affinity(const AffinityTable& table, const std::vector<std::size_t>& a,
                     const std::vector<std::size_t>& b) {
  constexpr std::size_t k_sample = 3;
  double sum = 0;
  std::size_t pairs = 0;
  for (std::size_t i = 0; i < std::min(k_sample, a.size()); ++i) {
    for (std::size_t j = 0; j < std::min(k_sample, b.size()); ++j) {
      sum += table.between(a[i * a.size() / std::min(k_sample, a.size())],
                           b[(j * b.size() + b.size() / 2) / std::min(k_sample, b.size())]);
      ++pairs;
    }
  }
  return sum / static_cast<double>(pairs);
}

Clusters cluster(const AffinityTable& table, const ChangeSet& changes,
                 const std::vector<SplitUnit>& units, const std::vector<std::size_t>& members,
                 const ClusterLimits& limits) {
  Clusters clusters = seeds(table, changes, units, members);
  const std::size_t size = clusters.size();
  std::vector<std::vector<double>> affinity(size, std::vector<double>(size, 0));
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = i + 1; j < size; ++j) {
      affinity[i][j] = affinity[j][i] = mean_affinity(table, clusters[i], clusters[j]);
    }
  }
  std::vector<bool> alive(size, true);
  std::vector<std::size_t> nearest(size, 0); // by row, among the alive; ties go to the first
  const auto find_nearest = [&](std::size_t row) {
    std::size_t best = size;
    for (std::size_t j = 0; j < size; ++j) {
      if (j != row && alive[j] && (best == size || affinity[row][j] > affinity[row][best])) {
        best = j;
      }
    }
    nearest[row] = best;
  };
  for (std::size_t i = 0; i < size; ++i) {
    find_nearest(i);
  }
  for (std::size_t left = size; left > 1; --left) {
    std::size_t a = size;
    for (std::size_t i = 0; i < size; ++i) {
      if (alive[i] && (a == size || affinity[i][nearest[i]] > affinity[a][nearest[a]])) {
        a = i;
      }
    }
    std::size_t b = nearest[a];
    if (affinity[a][b] < limits.enough && left <= limits.at_most) {
      break;
    }
    if (a > b) {
      std::swap(a, b);
    }
    const auto weight_a = static_cast<double>(clusters[a].size());
    const auto weight_b = static_cast<double>(clusters[b].size());
    for (std::size_t j = 0; j < size; ++j) {
      affinity[a][j] = affinity[j][a] =
          (affinity[a][j] * weight_a + affinity[b][j] * weight_b) / (weight_a + weight_b);
    }
    clusters[a].insert(clusters[a].end(), clusters[b].begin(), clusters[b].end());
    alive[b] = false;
    for (std::size_t i = 0; i < size; ++i) {
      if (alive[i] && (i == a || nearest[i] == a || nearest[i] == b)) {
        find_nearest(i);
      } else if (alive[i] && affinity[i][a] > affinity[i][nearest[i]]) {
        nearest[i] = a;
      }
    }
  }
  Clusters found;
  for (std::size_t i = 0; i < size; ++i) {
    if (alive[i]) {
      std::sort(clusters[i].begin(), clusters[i].end());
      found.push_back(std::move(clusters[i]));
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

} // namespace leadline
