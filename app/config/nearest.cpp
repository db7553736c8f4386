#include "app/config/nearest.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstddef>

namespace leadline {
namespace {

// Words beyond this are no typing mistakes, and the table stays small.
constexpr std::size_t k_longest = 100;

// Optimal string alignment distance.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        d[i][j] = i + j;
        continue;
      }
      const std::size_t substitution = a[i - 1] == b[j - 1] ? 0 : 1;
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, d[i - 1][j - 1] + substitution});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

} // namespace

std::vector<std::string> nearest(std::string_view word, std::span<const std::string> names,
                                 std::size_t most) {
  struct Candidate {
    std::size_t edits;
    const std::string* name;
  };
  if (word.size() > k_longest) {
    return {};
  }
  const std::string wanted = to_lower(word);
  const std::size_t allowed = std::max<std::size_t>(1, wanted.size() / 3);
  std::vector<Candidate> candidates;
  for (const std::string& name : names) {
    const std::size_t lengths =
        name.size() > wanted.size() ? name.size() - wanted.size() : wanted.size() - name.size();
    if (lengths > allowed) {
      continue;
    }
    const std::size_t edits = distance(wanted, to_lower(name));
    if (edits <= allowed) {
      candidates.push_back({edits, &name});
    }
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const Candidate& a, const Candidate& b) { return a.edits < b.edits; });
  std::vector<std::string> found;
  for (const Candidate& candidate : candidates) {
    if (found.size() == most) {
      break;
    }
    found.push_back(*candidate.name);
  }
  return found;
}

std::string did_you_mean(std::string_view word, std::span<const std::string> names) {
  const std::vector<std::string> found = nearest(word, names);
  return found.empty() ? "" : " (did you mean \"" + found.front() + "\"?)";
}

} // namespace leadline
