#include "analyzers/domains/label_lines.hpp"

#include <algorithm>

namespace leadline {
namespace {

// What it costs to change the domain: a lonely line needs more evidence than this, twice.
constexpr double k_switch = 1.6;
// How much of the file's own evidence each line gets.
constexpr double k_file_share = 0.3;

} // namespace

std::vector<std::size_t> label_lines(const std::vector<const Scores*>& lines, const Scores& file,
                                     std::size_t domains) {
  std::vector<double> prior(domains, 0);
  for (const Scores::Entry& entry : file.entries) {
    prior[entry.domain] = entry.score * k_file_share;
  }
  std::vector<double> score(domains, 0);
  const auto best = [&] {
    return static_cast<std::size_t>(std::max_element(score.begin(), score.end()) - score.begin());
  };
  std::vector<std::size_t> best_before(lines.size(), 0);
  std::vector<bool> stays(lines.size() * domains, true);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    best_before[i] = best();
    const double switched = score[best_before[i]] - k_switch;
    for (std::size_t d = 0; d < domains; ++d) {
      if (i > 0 && switched > score[d]) {
        score[d] = switched;
        stays[i * domains + d] = false;
      }
      score[d] += prior[d];
    }
    for (const Scores::Entry& entry : lines[i]->entries) {
      score[entry.domain] += entry.score;
    }
  }
  std::vector<std::size_t> labels(lines.size());
  std::size_t d = best();
  for (std::size_t i = lines.size(); i-- > 0;) {
    labels[i] = d;
    d = stays[i * domains + d] ? d : best_before[i];
  }
  return labels;
}

} // namespace leadline
