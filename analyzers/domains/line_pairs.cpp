#include "analyzers/domains/line_pairs.hpp"

#include <algorithm>
#include <utility>

namespace leadline {
namespace {

// A value of more lines is indexed by its first ones: a hostile file must not cost lines times
// settings.
constexpr int k_long_setting = 200;

void index(std::unordered_map<int, std::vector<std::size_t>>& by_line, int first, int last,
           std::size_t setting) {
  for (int line = first;
       line > 0 && line <= std::min(std::max(first, last), first + k_long_setting); ++line) {
    by_line[line].push_back(setting);
  }
}

using Places = std::vector<std::pair<std::size_t, std::size_t>>; // in removed, in added

// The longest subsequence that also rises strictly in its second part (patience sorting).
Places rising(const Places& pairs) {
  std::vector<std::size_t> tails;
  std::vector<std::size_t> before(pairs.size(), pairs.size());
  for (std::size_t i = 0; i < pairs.size(); ++i) {
    const auto at = std::lower_bound(
        tails.begin(), tails.end(), pairs[i].second,
        [&](std::size_t tail, std::size_t place) { return pairs[tail].second < place; });
    if (at != tails.begin()) {
      before[i] = *(at - 1);
    }
    if (at == tails.end()) {
      tails.push_back(i);
    } else {
      *at = i;
    }
  }
  Places chain;
  for (std::size_t i = tails.empty() ? pairs.size() : tails.back(); i < pairs.size();
       i = before[i]) {
    chain.push_back(pairs[i]);
  }
  std::reverse(chain.begin(), chain.end());
  return chain;
}

// Where modified settings stand on both sides, rising on both; as many as can be.
Places anchors(const std::vector<const DiffLine*>& removed,
               const std::vector<const DiffLine*>& added, const LineSettings& settings) {
  Places pairs;
  if (removed.empty() || added.empty()) {
    return pairs;
  }
  std::unordered_map<int, std::size_t> place_of_added;
  for (std::size_t i = 0; i < added.size(); ++i) {
    place_of_added.emplace(added[i]->new_line, i);
  }
  for (std::size_t i = 0; i < removed.size(); ++i) {
    for (const std::size_t setting : settings.at_old(removed[i]->old_line)) {
      const SettingLine& line = settings[setting];
      const auto place = place_of_added.find(line.new_line);
      if (line.old_line == removed[i]->old_line && place != place_of_added.end()) {
        pairs.emplace_back(i, place->second);
        break;
      }
    }
  }
  return rising(pairs);
}

} // namespace

LineSettings::LineSettings(const std::vector<SettingLine>& settings) : m_settings(settings) {
  for (std::size_t i = 0; i < settings.size(); ++i) {
    index(m_by_old, settings[i].old_line, settings[i].old_last, i);
    index(m_by_new, settings[i].new_line, settings[i].new_last, i);
  }
}

std::span<const std::size_t> LineSettings::at(const ByLine& by_line, int line) {
  const auto known = by_line.find(line);
  return known == by_line.end() ? std::span<const std::size_t>() : known->second;
}

std::vector<LinePair> pair_lines(const std::vector<const DiffLine*>& removed,
                                 const std::vector<const DiffLine*>& added,
                                 const LineSettings& settings) {
  std::vector<LinePair> pairs;
  std::size_t r = 0;
  std::size_t a = 0;
  const auto fill = [&](std::size_t r_end, std::size_t a_end) {
    if (r_end - r == a_end - a) {
      while (r < r_end) {
        pairs.push_back({removed[r++], added[a++]});
      }
    }
    while (r < r_end) {
      pairs.push_back({removed[r++], nullptr});
    }
    while (a < a_end) {
      pairs.push_back({nullptr, added[a++]});
    }
  };
  for (const auto& [anchor_r, anchor_a] : anchors(removed, added, settings)) {
    fill(anchor_r, anchor_a);
    pairs.push_back({removed[r++], added[a++]});
  }
  fill(removed.size(), added.size());
  return pairs;
}

} // namespace leadline
