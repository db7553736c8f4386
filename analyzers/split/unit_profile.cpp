#include "analyzers/split/unit_profile.hpp"

#include "analyzers/split/chunk_lines.hpp"
#include "analyzers/split/identifiers.hpp"
#include "analyzers/split/told_names.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

namespace leadline {
namespace {

constexpr std::size_t k_max_words_of_unit =
    4000; // a unit of more words is a dump; its first words tell enough
constexpr std::size_t k_max_terms = 256;  // heaviest ones of a vector, so that comparing is cheap
constexpr std::size_t k_telling_line = 9; // bytes from which equal lines mean something
constexpr std::size_t k_telling_word = 4;

// Gives each text a number, in order of appearance.
class Numbers {
public:
  std::size_t of(std::string_view text) {
    const auto [known, fresh] = m_numbers.emplace(std::string(text), m_numbers.size());
    return known->second;
  }
  std::size_t size() const { return m_numbers.size(); }
  std::vector<std::string> texts() const {
    std::vector<std::string> found(m_numbers.size());
    for (const auto& [text, number] : m_numbers) {
      found[number] = text;
    }
    return found;
  }

private:
  std::unordered_map<std::string, std::size_t> m_numbers;
};

using Counts = std::map<std::size_t, double>; // number -> times, or weight

void sort_unique(NumberSet& numbers) {
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
}

NumberSet without(const NumberSet& all, const NumberSet& gone) {
  NumberSet rest;
  std::set_difference(all.begin(), all.end(), gone.begin(), gone.end(), std::back_inserter(rest));
  return rest;
}

// The heaviest terms, scaled to length 1.
WordVector to_vector(const Counts& weights) {
  WordVector terms(weights.begin(), weights.end());
  if (terms.size() > k_max_terms) {
    std::nth_element(terms.begin(), terms.begin() + k_max_terms, terms.end(),
                     [](const auto& a, const auto& b) {
                       return a.second != b.second ? a.second > b.second : a.first < b.first;
                     });
    terms.resize(k_max_terms);
    std::sort(terms.begin(), terms.end());
  }
  double length = 0;
  for (const auto& [number, weight] : terms) {
    length += weight * weight;
  }
  if (length <= 0) {
    return {};
  }
  for (auto& [number, weight] : terms) {
    weight /= std::sqrt(length);
  }
  return terms;
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
  while (head > 0 && is_identifier_byte(removed[head - 1])) {
    --head; // whole words
  }
  std::size_t tail = 0;
  while (tail < most - head &&
         removed[removed.size() - 1 - tail] == added[added.size() - 1 - tail]) {
    ++tail;
  }
  while (tail > 0 && is_identifier_byte(removed[removed.size() - tail])) {
    --tail;
  }
  std::string edit(removed.substr(head, removed.size() - head - tail));
  edit += '\n';
  edit += added.substr(head, added.size() - head - tail);
  return edit.size() > 3 ? edit : std::string();
}

class Profiler {
public:
  Profiler(std::size_t units, const Redactor& redactor) : m_redactor(redactor), m_counts(units) {
    m_found.of_unit.resize(units);
  }

  void read(std::size_t unit, const Chunk& chunk, const ChunkLines& lines) {
    UnitProfile& profile = m_found.of_unit[unit];
    ToldNames old_names(chunk.old_path, m_redactor);
    for (const DiffLine* line : lines.removed) {
      read_line(unit, line->text, old_names, profile.goes, profile.undefined, profile.removed);
    }
    ToldNames new_names(chunk.path, m_redactor);
    for (const DiffLine* line : lines.added) {
      read_line(unit, line->text, new_names, profile.comes, profile.defined, profile.added);
    }
    tell(chunk.path);
    tell(chunk.old_path);
    for (std::size_t i = 0; i < lines.added.size() && lines.added.size() == lines.removed.size();
         ++i) {
      const std::string edit = edit_of(lines.removed[i]->text, lines.added[i]->text);
      if (!edit.empty()) {
        profile.edits.push_back(m_edits.of(edit));
      }
    }
  }

  UnitProfiles finish() {
    for (UnitProfile& profile : m_found.of_unit) {
      for (NumberSet* set : {&profile.comes, &profile.goes, &profile.defined, &profile.undefined,
                             &profile.edits, &profile.added, &profile.removed}) {
        sort_unique(*set);
      }
      const NumberSet comes = without(profile.comes, profile.goes);
      profile.goes = without(profile.goes, profile.comes);
      profile.comes = comes;
    }
    weigh_words();
    weigh_new_words();
    m_found.words = m_words.texts();
    for (const std::string& word : m_found.words) {
      m_found.told.push_back(m_told.count(word) != 0);
    }
    return std::move(m_found);
  }

private:
  void tell(std::string_view name) {
    each_word_and_part(name, [&](std::string_view word) { m_told.insert(to_lower(word)); });
  }

  void read_line(std::size_t unit, std::string_view line, ToldNames& told, NumberSet& names,
                 NumberSet& definitions, NumberSet& lines) {
    if (m_taken[unit] < k_max_words_of_unit) {
      told.each(line, [&](std::string_view name) { tell(name); });
      each_word_and_part(line, [&](std::string_view word) {
        ++m_taken[unit];
        m_counts[unit][m_words.of(to_lower(word))] += 1;
      });
      each_identifier(line, [&](std::string_view word) {
        if (word.size() >= k_telling_word) {
          names.push_back(m_names.of(word));
        }
      });
      each_definition(line,
                      [&](std::string_view name) { definitions.push_back(m_names.of(name)); });
    }
    line = trim(line);
    if (line.size() >= k_telling_line) {
      lines.push_back(m_lines.of(line));
    }
  }

  void weigh_words() {
    const auto units = static_cast<double>(m_counts.size());
    m_found.units_with.assign(m_words.size(), 0);
    for (const Counts& counts : m_counts) {
      for (const auto& [word, times] : counts) {
        ++m_found.units_with[word];
      }
    }
    const std::vector<std::string> texts = m_words.texts();
    for (std::size_t unit = 0; unit < m_counts.size(); ++unit) {
      Counts weights;
      for (const auto& [word, times] : m_counts[unit]) {
        weights[word] = (1 + std::log(times)) * std::log((units + 1) / m_found.units_with[word]);
        if (texts[word].size() >= k_telling_word) {
          m_found.of_unit[unit].common.push_back(word);
        }
      }
      m_found.of_unit[unit].words = to_vector(weights);
    }
  }

  // A word that comes and one that goes are two things: numbers 2n and 2n + 1.
  void weigh_new_words() {
    const auto units = static_cast<double>(m_counts.size());
    std::vector<int> units_with(2 * m_names.size(), 0);
    const auto each = [](const UnitProfile& profile, auto take) {
      for (const std::size_t name : profile.comes) {
        take(2 * name);
      }
      for (const std::size_t name : profile.goes) {
        take(2 * name + 1);
      }
    };
    for (const UnitProfile& profile : m_found.of_unit) {
      each(profile, [&](std::size_t term) { ++units_with[term]; });
    }
    for (UnitProfile& profile : m_found.of_unit) {
      Counts weights;
      each(profile,
           [&](std::size_t term) { weights[term] = std::log((units + 1) / units_with[term]); });
      profile.new_words = to_vector(weights);
    }
  }

  const Redactor& m_redactor;
  UnitProfiles m_found;
  std::vector<Counts> m_counts; // by unit
  std::unordered_set<std::string> m_told;
  std::unordered_map<std::size_t, std::size_t> m_taken;
  Numbers m_words;
  Numbers m_names; // as written
  Numbers m_edits;
  Numbers m_lines;
};

// Paths of the files that units are of, compared by what tells them apart: a folder that all share
// says nothing.
std::map<std::size_t, WordVector> path_vectors(const ChangeSet& changes,
                                               const std::vector<SplitUnit>& units) {
  Numbers numbers;
  std::map<std::size_t, NumberSet> terms; // by file
  for (const SplitUnit& unit : units) {
    NumberSet& of_file = terms[unit.file];
    if (!of_file.empty()) {
      continue;
    }
    const std::string& path = changes.files[unit.file].path();
    for (std::size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      of_file.push_back(numbers.of(path.substr(0, slash + 1)));
    }
    of_file.push_back(numbers.of("stem " + stem_of(path)));
    each_word_and_part(path, [&](std::string_view word) {
      of_file.push_back(numbers.of("word " + to_lower(word)));
    });
    sort_unique(of_file);
  }
  std::vector<int> files_with(numbers.size(), 0);
  for (const auto& [file, of_file] : terms) {
    for (const std::size_t term : of_file) {
      ++files_with[term];
    }
  }
  const auto files = static_cast<double>(terms.size());
  std::map<std::size_t, WordVector> found;
  for (const auto& [file, of_file] : terms) {
    Counts weights;
    for (const std::size_t term : of_file) {
      weights[term] = std::log((files + 1) / files_with[term]);
    }
    found[file] = to_vector(weights);
  }
  return found;
}

} // namespace

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

UnitProfiles profile_units(const ChangeSet& changes, const Report& report,
                           const std::vector<SplitUnit>& units, const Redactor& redactor) {
  const std::vector<ChunkLines> lines = lines_of_chunks(changes, report.chunks);
  Profiler profiler(units.size(), redactor);
  for (std::size_t i = 0; i < units.size(); ++i) {
    for (const std::size_t chunk : units[i].chunks) {
      profiler.read(i, report.chunks[chunk], lines[chunk]);
    }
  }
  UnitProfiles found = profiler.finish();
  const std::map<std::size_t, WordVector> paths = path_vectors(changes, units);
  std::unordered_map<std::string_view, std::size_t> numbers;
  for (std::size_t word = 0; word < found.words.size(); ++word) {
    numbers.emplace(found.words[word], word);
  }
  for (std::size_t i = 0; i < units.size(); ++i) {
    found.of_unit[i].path = paths.at(units[i].file);
    const auto stem = numbers.find(stem_of(changes.files[units[i].file].path()));
    found.of_unit[i].stem = stem == numbers.end() ? k_no_word : stem->second;
  }
  return found;
}

} // namespace leadline
