#include "analyzers/split/affinity.hpp"

#include "analyzers/domains/file_facts.hpp"
#include "analyzers/split/language.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace leadline {
namespace {

struct Weight {
  Evidence evidence;
  double weight;
  double elsewhere; // for files below different folders in which the diff's files part
  std::string_view words;
};

// Logistic regression over pairs of chunks of some 340 squashed runs of commits in twelve public
// histories; whether both came from one commit (docs/split.md, "Where the weights come from").
// `apart` and `one_subject` are decisions: what is at stake in two ways is reviewed in two places.
// So are `own_test`, `own_docs`, `filled_in` and `brought_in`: one feature is reviewed in one
// place.
constexpr std::array<Weight, k_evidence_kinds> k_weights = {{
    {Evidence::same_file, 2.51, 0, "one file"},
    {Evidence::near, 0.53, 0, "close together in one file"},
    {Evidence::distance, -0.90, 0, ""},
    {Evidence::words, 1.82, 0.41, "changed names in common"},
    {Evidence::new_words, 0.55, 0.55, "the same names come or go"},
    {Evidence::definition, 0.31, 0.31, "one defines what the other uses"},
    {Evidence::rare_word, 1.08, 1.08, "a rare name in common"},
    {Evidence::edit, 0.77, 1.52, "the same replacement"},
    {Evidence::same_lines, 0.65, -0.20, "equal lines added"},
    {Evidence::moved_lines, 1.38, 1.38, "lines that move"},
    {Evidence::both_leave, -0.79, -0.79, ""},
    {Evidence::test_and_code, 0.42, 0.42, ""},
    {Evidence::own_test, 2.0, 2.0, "code and its test"},
    {Evidence::own_docs, 2.5, 2.5, "a feature and its documentation"},
    {Evidence::filled_in, 2.0, 2.0, "one reads a setting or a column of the other"},
    {Evidence::brought_in, 1.0, 1.0, "one brings in a new file of the other"},
    {Evidence::two_features, -2.5, -2.5, ""},
    {Evidence::one_is_docs, -0.35, -0.35, ""},
    {Evidence::both_docs, -0.99, -0.99, ""},
    {Evidence::same_kind, 0.25, 0.25, ""},
    {Evidence::paths, 0.78, 0.78, "one place in the tree"},
    {Evidence::same_name, 0.13, -0.67, ""},
    {Evidence::same_top, 0.41, 0, "one folder"},
    {Evidence::other_top, 0, -0.53, ""},
    {Evidence::parallel, -1.5, -1.5, ""},
    {Evidence::apart, -3.0, -3.0, ""},
    {Evidence::one_subject, 0.5, 0.5, "one subject"},
}};

constexpr double k_any_two = -2.60;       // of the regression: the intercept
constexpr double k_many_units = 1.90 / 5; // times ln of the units: large changes are of few things
constexpr double k_many_files = 1.41 / 4; // times ln of the files
// 95 of 100 changes that gave the weights have no more; beyond, the two terms are not known.
constexpr std::size_t k_most_units = 150;
constexpr std::size_t k_most_files = 40;
constexpr double k_most_for_nothing = 0; // two units with nothing in common are not one thing
constexpr int k_near_lines = 8;
constexpr std::size_t k_telling_stem = 4;
constexpr std::size_t k_most_of_stem = 6;    // files of the diff named after one thing
constexpr int k_most_units_with = 4;         // that have a word which names a file
constexpr std::size_t k_telling_mention = 6; // bytes of such a word
constexpr double k_mention = 0.6;            // of being named after it

// Names of files that say what they are in any feature, not of which.
constexpr std::string_view k_any_stem = " index main readme init __init__ util utils common types "
                                        "test tests value values default defaults "
                                        "config configuration package changelog changes license "
                                        "makefile dockerfile setup base core helper "
                                        "helpers model models view views server client route "
                                        "routes router variables outputs schema style "
                                        "styles page layout conftest chart kustomization "
                                        "deployment service ingress handler handlers error "
                                        "errors constants settings options version ";

double cosine(const WordVector& a, const WordVector& b) {
  double sum = 0;
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    if (i->first < j->first) {
      ++i;
    } else if (j->first < i->first) {
      ++j;
    } else {
      sum += (i++)->second * (j++)->second;
    }
  }
  return std::min(1.0, sum);
}

// Calls `take` with what both sets hold until it returns false.
template <typename Take>
void each_shared(const NumberSet& a, const NumberSet& b, Take take) {
  for (auto i = a.begin(), j = b.begin(); i != a.end() && j != b.end();) {
    if (*i < *j) {
      ++i;
    } else if (*j < *i) {
      ++j;
    } else {
      if (!take(*i)) {
        return;
      }
      ++i;
      ++j;
    }
  }
}

bool meet(const NumberSet& a, const NumberSet& b) {
  bool found = false;
  each_shared(a, b, [&](std::size_t) { return !(found = true); });
  return found;
}

// How much of the smaller set is in the other.
double overlap(const NumberSet& a, const NumberSet& b) {
  if (a.empty() || b.empty()) {
    return 0;
  }
  std::size_t both = 0;
  each_shared(a, b, [&](std::size_t) { return ++both != 0; });
  return static_cast<double>(both) / static_cast<double>(std::min(a.size(), b.size()));
}

// The length of the folders that all paths share, with the last '/'.
std::size_t shared_folder(const ChangeSet& changes, const std::vector<SplitUnit>& units) {
  std::string shared;
  bool first = true;
  for (const SplitUnit& unit : units) {
    const std::string& path = changes.files[unit.file].path();
    if (first) {
      shared = path.substr(0, path.rfind('/') + 1);
      first = false;
    }
    while (!shared.empty() && path.compare(0, shared.size(), shared) != 0) {
      shared.pop_back();
      shared.erase(shared.rfind('/') + 1);
    }
  }
  return shared.size();
}

} // namespace

std::string_view words_for(Evidence evidence) {
  return k_weights[static_cast<std::size_t>(evidence)].words;
}

AffinityTable::AffinityTable(const ChangeSet& changes, const Report& report,
                             const std::vector<SplitUnit>& units,
                             const std::set<std::string>& weighty,
                             const std::vector<UnitNeed>& needs, const FileSource& files,
                             const Redactor& redactor)
    : m_profiles(profile_units(changes, report, units, redactor)),
      m_parallel(changes, units, files) {
  const std::size_t shared = shared_folder(changes, units);
  for (const UnitNeed& need : needs) {
    if (need.across || need.of_file) {
      (need.across ? m_filled_in : m_brought_in).insert(std::minmax(need.user, need.owner));
    }
  }
  std::map<std::string, std::set<std::size_t>> files_of; // by stem
  std::set<std::size_t> changed;
  for (const SplitUnit& unit : units) {
    const FileChange& file = changes.files[unit.file];
    const std::string& path = file.path();
    Place place;
    place.file = unit.file;
    place.name = path.substr(path.rfind('/') + 1);
    if (const std::size_t slash = path.find('/', shared); slash != std::string::npos) {
      place.top = path.substr(shared, slash - shared);
    }
    place.leaves = file.status == FileStatus::removed ||
                   (file.status == FileStatus::renamed && file.hunks.empty());
    const FileRole role = role_of_path(path);
    place.is_test = role == FileRole::tests;
    place.is_docs = role == FileRole::docs;
    const Chunk& first = report.chunks[unit.chunks.front()];
    const Chunk& last = report.chunks[unit.chunks.back()];
    place.first = first.new_start;
    place.last = last.new_start + last.new_lines;
    int added = 0;
    int removed = 0;
    for (const std::size_t chunk : unit.chunks) {
      added += report.chunks[chunk].new_lines;
      removed += report.chunks[chunk].old_lines;
    }
    place.kind = removed == 0 ? 'a' : added == 0 ? 'd' : 'm';
    if (unit.sure && weighty.count(unit.domain) != 0) {
      place.weighty_domain = unit.domain;
    }
    if (std::string stem = stem_of(path);
        stem.size() >= k_telling_stem && !is_among(k_any_stem, stem)) {
      files_of[stem].insert(unit.file);
      place.stem = std::move(stem);
    }
    changed.insert(unit.file);
    m_places.push_back(std::move(place));
  }
  std::map<std::string, std::pair<bool, bool>> roles; // of a stem: new code; a test or docs
  for (Place& place : m_places) {
    if (!place.stem.empty() && files_of[place.stem].size() > k_most_of_stem) {
      place.stem.clear();
    }
    auto& [code, other] = roles[place.stem];
    other = other || place.is_test || place.is_docs;
    code = code || (!place.is_test && !place.is_docs &&
                    changes.files[place.file].status == FileStatus::added);
  }
  for (Place& place : m_places) {
    const auto& [code, other] = roles[place.stem];
    place.of_feature = !place.stem.empty() && code && other;
  }
  const auto log_of = [](std::size_t count, std::size_t most) {
    return std::log(static_cast<double>(std::clamp<std::size_t>(count, 1, most)));
  };
  m_base =
      std::min(k_most_for_nothing, k_any_two + k_many_units * log_of(units.size(), k_most_units) +
                                       k_many_files * log_of(changed.size(), k_most_files));
}

EvidenceRow AffinityTable::evidence(std::size_t a, std::size_t b) const {
  const Place& here = m_places[a];
  const Place& there = m_places[b];
  const UnitProfile& one = m_profiles.of_unit[a];
  const UnitProfile& two = m_profiles.of_unit[b];
  EvidenceRow row{};
  const bool below = !here.top.empty() && !there.top.empty() && here.file != there.file;
  const bool elsewhere = below && here.top != there.top;
  const auto set = [&](Evidence evidence, double amount) {
    const auto at = static_cast<std::size_t>(evidence);
    row[at] = amount * (elsewhere ? k_weights[at].elsewhere : k_weights[at].weight);
  };
  const auto holds = [](bool fact) { return fact ? 1.0 : 0.0; };
  if (here.file == there.file) {
    const int gap =
        std::max(0, std::max(here.first, there.first) - std::min(here.last, there.last));
    set(Evidence::same_file, 1);
    set(Evidence::near, holds(gap <= k_near_lines));
    set(Evidence::distance, std::log1p(gap) / 6);
  } else {
    set(Evidence::paths, cosine(one.path, two.path));
    set(Evidence::same_name, holds(here.name == there.name));
    set(Evidence::same_top, holds(below && !elsewhere));
    set(Evidence::other_top, holds(elsewhere));
    set(Evidence::parallel, holds(m_parallel.apart(here.file, there.file)));
    const std::pair<std::size_t, std::size_t> pair = std::minmax(a, b);
    const bool one_name = !here.stem.empty() && here.stem == there.stem;
    const bool brings_in = m_brought_in.count(pair) != 0;
    set(Evidence::test_and_code, holds(here.is_test != there.is_test));
    set(Evidence::own_test, holds(here.is_test != there.is_test && !here.is_docs &&
                                  !there.is_docs && (one_name || brings_in)));
    set(Evidence::own_docs, here.is_docs == there.is_docs ? 0
                            : one_name                    ? 1
                            : here.is_docs                ? names_other(a, b)
                                                          : names_other(b, a));
    set(Evidence::filled_in, holds(m_filled_in.count(pair) != 0));
    set(Evidence::brought_in, holds(brings_in));
    set(Evidence::two_features, holds(here.of_feature && there.of_feature && !one_name));
    set(Evidence::one_is_docs, holds(here.is_docs != there.is_docs));
    set(Evidence::both_docs, holds(here.is_docs && there.is_docs));
    set(Evidence::both_leave, holds(here.leaves && there.leaves));
  }
  set(Evidence::words, cosine(one.words, two.words));
  set(Evidence::new_words, cosine(one.new_words, two.new_words));
  set(Evidence::definition, holds(meet(one.defined, two.comes) || meet(two.defined, one.comes) ||
                                  meet(one.undefined, two.goes) || meet(two.undefined, one.goes)));
  int rarest = std::numeric_limits<int>::max();
  each_shared(one.common, two.common, [&](std::size_t word) {
    rarest = std::min(rarest, m_profiles.units_with[word]);
    return rarest > 2;
  });
  if (rarest != std::numeric_limits<int>::max()) {
    const auto units = static_cast<double>(m_places.size() + 1);
    set(Evidence::rare_word, std::log(units / rarest) / std::log(units));
  }
  set(Evidence::edit, overlap(one.edits, two.edits));
  set(Evidence::same_lines, overlap(one.added, two.added));
  set(Evidence::moved_lines,
      std::max(overlap(one.added, two.removed), overlap(two.added, one.removed)));
  set(Evidence::same_kind, holds(here.kind == there.kind));
  const bool known = !here.weighty_domain.empty() && !there.weighty_domain.empty();
  set(Evidence::apart, holds(known && here.weighty_domain != there.weighty_domain));
  set(Evidence::one_subject, holds(known && here.weighty_domain == there.weighty_domain));
  return row;
}

// How much the documentation `docs` speaks of the file of `other`.
double AffinityTable::names_other(std::size_t docs, std::size_t other) const {
  const std::size_t word = m_profiles.of_unit[other].stem;
  if (word == k_no_word || m_places[other].stem.size() < k_telling_mention ||
      m_profiles.units_with[word] > k_most_units_with) {
    return 0;
  }
  const NumberSet& words = m_profiles.of_unit[docs].common;
  return std::binary_search(words.begin(), words.end(), word) ? k_mention : 0;
}

double AffinityTable::between(std::size_t a, std::size_t b) const {
  const EvidenceRow row = evidence(a, b);
  return std::accumulate(row.begin(), row.end(), m_base);
}

std::vector<std::size_t>
AffinityTable::common_edits(const std::vector<std::size_t>& members) const {
  constexpr std::size_t k_share = 20;
  std::map<std::size_t, std::size_t> members_with; // by edit
  for (const std::size_t member : members) {
    for (const std::size_t edit : m_profiles.of_unit[member].edits) {
      ++members_with[edit];
    }
  }
  std::vector<std::size_t> found;
  for (const std::size_t member : members) {
    std::size_t most = 0;
    std::size_t best = 0;
    for (const std::size_t edit : m_profiles.of_unit[member].edits) {
      const std::size_t with = members_with[edit];
      if (with > most && with * k_share >= members.size()) {
        most = with;
        best = edit + 1;
      }
    }
    found.push_back(best);
  }
  return found;
}

std::vector<std::string> AffinityTable::words_of(const std::vector<std::size_t>& members) const {
  constexpr std::size_t k_most = 3;
  std::map<std::size_t, double> weights; // word -> sum
  std::map<std::size_t, std::size_t> members_with;
  for (const std::size_t member : members) {
    for (const auto& [word, weight] : m_profiles.of_unit[member].words) {
      weights[word] += weight;
      ++members_with[word];
    }
  }
  std::vector<std::pair<double, std::size_t>> ranked;
  for (const auto& [word, weight] : weights) {
    const std::size_t with = members_with[word];
    // Common here, rare elsewhere.
    const auto elsewhere = static_cast<std::size_t>(m_profiles.units_with[word]) - with;
    if (2 * with > members.size() && 2 * elsewhere <= with && m_profiles.told[word] &&
        m_profiles.words[word].size() >= 4) {
      ranked.emplace_back(-weight, word);
    }
  }
  std::sort(ranked.begin(), ranked.end());
  std::vector<std::string> found;
  for (std::size_t i = 0; i < ranked.size() && found.size() < k_most; ++i) {
    found.push_back(m_profiles.words[ranked[i].second]);
  }
  return found;
}

} // namespace leadline
