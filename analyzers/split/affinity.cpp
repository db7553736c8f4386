#include "analyzers/split/affinity.hpp"

#include "analyzers/split/chunk_lines.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>
#include <string_view>
#include <unordered_map>

namespace leadline {
namespace {

constexpr std::size_t k_max_words_of_unit =
    4000; // a unit of more words is a dump; its first words tell enough

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_number(std::string_view word) { return word[0] >= '0' && word[0] <= '9'; }

// Calls `take` with each identifier of a line, whole and, when it is made of parts, part by part,
// lower case.
template <typename Take>
void each_word(std::string_view line, Take take) {
  for (std::size_t at = 0; at < line.size();) {
    if (!is_word(line[at])) {
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < line.size() && is_word(line[end])) {
      ++end;
    }
    const std::string_view word = line.substr(at, end - at);
    at = end;
    if (word.size() < 3 || word.size() > 80 || is_number(word)) {
      continue;
    }
    take(to_lower(word));
    std::size_t begin = 0;
    for (std::size_t i = 1; i <= word.size(); ++i) {
      const bool cut =
          i == word.size() || word[i] == '_' ||
          (word[i] >= 'A' && word[i] <= 'Z' && word[i - 1] >= 'a' && word[i - 1] <= 'z');
      if (cut) {
        const std::string_view part = word.substr(begin, i - begin);
        if (part.size() >= 4 && part.size() < word.size()) {
          take(to_lower(part));
        }
        begin = i < word.size() && word[i] == '_' ? i + 1 : i;
      }
    }
  }
}

// "src/pool/limiter_test.go" -> "limiter": what a file and its test have in common.
std::string stem_of(const std::string& path) {
  std::string name = to_lower(path.substr(path.rfind('/') + 1));
  name = name.substr(0, name.find('.', 1));
  for (const std::string_view mark : {"test_", "tests_", "spec_"}) {
    if (name.rfind(mark, 0) == 0) {
      name.erase(0, mark.size());
    }
  }
  for (const std::string_view mark :
       {"_test", "_tests", "-test", "_spec", "-spec", "test", "tests"}) {
    if (name.size() > mark.size() + 2 &&
        name.compare(name.size() - mark.size(), mark.size(), mark) == 0) {
      name.erase(name.size() - mark.size());
      break;
    }
  }
  return name;
}

bool says_little(const std::string& stem) {
  static const std::set<std::string> common = {
      "readme", "changelog", "index",   "main",    "mod",     "__init__", "makefile",
      "values", "config",    "default", "package", "default", "init",     ""};
  return common.count(stem) != 0;
}

double cosine(const std::vector<std::pair<std::size_t, double>>& a,
              const std::vector<std::pair<std::size_t, double>>& b) {
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

double shared(const std::vector<std::size_t>& a, const std::vector<std::size_t>& b) {
  if (a.empty() || b.empty()) {
    return 0;
  }
  std::vector<std::size_t> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(both));
  return static_cast<double>(both.size()) / static_cast<double>(std::min(a.size(), b.size()));
}

// What a replacement replaces by what, with the text around it left out: equal edits in different
// lines are one.
std::string edit_of(std::string_view removed, std::string_view added) {
  removed = trim(removed);
  added = trim(added);
  const std::size_t most = std::min(removed.size(), added.size());
  std::size_t head = 0;
  while (head < most && removed[head] == added[head]) {
    ++head;
  }
  while (head > 0 && is_word(removed[head - 1])) {
    --head; // whole words
  }
  std::size_t tail = 0;
  while (tail < most - head &&
         removed[removed.size() - 1 - tail] == added[added.size() - 1 - tail]) {
    ++tail;
  }
  while (tail > 0 && is_word(removed[removed.size() - tail])) {
    --tail;
  }
  std::string edit(removed.substr(head, removed.size() - head - tail));
  edit += '\n';
  edit += added.substr(head, added.size() - head - tail);
  return edit.size() > 3 ? edit : std::string();
}

} // namespace

double Affinity::score() const {
  return std::clamp(0.60 * words + 0.22 * path + 0.25 * stem + 0.30 * edit + 0.25 * domain, 0.0,
                    1.0);
}

AffinityTable::AffinityTable(const ChangeSet& changes, const Report& report,
                             const std::vector<SplitUnit>& units,
                             const std::map<std::string, int, std::less<>>& weights) {
  const std::vector<ChunkLines> lines = lines_of_chunks(changes, report.chunks);
  std::unordered_map<std::string, std::size_t> numbers;
  std::vector<int> units_with; // by word number
  std::vector<std::map<std::size_t, int>> counts(units.size());
  std::unordered_map<std::string, std::size_t> edit_numbers;
  m_profiles.resize(units.size());
  for (std::size_t i = 0; i < units.size(); ++i) {
    const FileChange& file = changes.files[units[i].file];
    Profile& profile = m_profiles[i];
    profile.file = units[i].file;
    profile.domain = units[i].domain;
    const auto weight = weights.find(profile.domain);
    profile.weight = weight == weights.end() ? 0 : weight->second;
    profile.stem = stem_of(file.path());
    for (const std::string_view part : split(file.path(), '/')) {
      profile.folders.emplace_back(part);
    }
    profile.folders.pop_back();
    std::size_t taken = 0;
    const auto take = [&](const std::string& word) {
      if (taken++ < k_max_words_of_unit) {
        const auto [known, fresh] = numbers.emplace(word, numbers.size());
        if (fresh) {
          units_with.push_back(0);
        }
        if (++counts[i][known->second] == 1) {
          ++units_with[known->second];
        }
      }
    };
    each_word(file.path().substr(file.path().rfind('/') + 1), take);
    for (const std::size_t index : units[i].chunks) {
      const std::vector<const DiffLine*>& removed = lines[index].removed;
      const std::vector<const DiffLine*>& added = lines[index].added;
      for (const auto* side : {&removed, &added}) {
        for (const DiffLine* line : *side) {
          each_word(line->text, take);
        }
      }
      for (std::size_t line = 0; line < removed.size() && removed.size() == added.size(); ++line) {
        const std::string edit = edit_of(removed[line]->text, added[line]->text);
        if (!edit.empty()) {
          profile.edits.push_back(edit_numbers.emplace(edit, edit_numbers.size()).first->second);
        }
      }
    }
    std::sort(profile.edits.begin(), profile.edits.end());
    profile.edits.erase(std::unique(profile.edits.begin(), profile.edits.end()),
                        profile.edits.end());
  }
  const double all = static_cast<double>(units.size());
  for (std::size_t i = 0; i < units.size(); ++i) {
    double length = 0;
    for (const auto& [word, count] : counts[i]) {
      const double rarity = std::log((all + 1) / units_with[word]);
      const double weight = (1 + std::log(count)) * rarity;
      m_profiles[i].words.emplace_back(word, weight);
      length += weight * weight;
    }
    for (auto& [word, weight] : m_profiles[i].words) {
      weight /= std::sqrt(std::max(length, 1e-9));
    }
  }
}

Affinity AffinityTable::between(std::size_t a, std::size_t b) const {
  const Profile& one = m_profiles[a];
  const Profile& two = m_profiles[b];
  Affinity affinity;
  affinity.words = cosine(one.words, two.words);
  std::size_t same = 0;
  while (same < one.folders.size() && same < two.folders.size() &&
         one.folders[same] == two.folders[same]) {
    ++same;
  }
  const std::size_t deepest = std::max(one.folders.size(), two.folders.size());
  affinity.path = deepest == 0 ? 0.5 : static_cast<double>(same) / static_cast<double>(deepest);
  affinity.stem = one.file == two.file || (one.stem == two.stem && !says_little(one.stem)) ? 1 : 0;
  affinity.edit = shared(one.edits, two.edits);
  affinity.domain = one.domain == two.domain             ? one.weight / 10.0
                    : one.weight >= 3 && two.weight >= 3 ? -1
                                                         : 0;
  return affinity;
}

} // namespace leadline
