#pragma once

#include "analyzers/risk/redact.hpp"
#include "analyzers/split/units.hpp"

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace leadline {

// Word number -> weight, ascending by number, of length 1 (or empty).
using WordVector = std::vector<std::pair<std::size_t, double>>;
// Numbers of things, ascending, each once.
using NumberSet = std::vector<std::size_t>;

inline constexpr std::size_t k_no_word = static_cast<std::size_t>(-1);

// What the changed lines of a unit tell about it. Numbers stand for texts and mean the same in all
// profiles that were made together.
struct UnitProfile {
  WordVector words;     // identifiers and their parts, lower case, tf-idf over the units
  WordVector new_words; // words that come or go with the unit (a word that only moves is none), idf
  WordVector path;      // folders, stem and words of the path, idf over the files
  NumberSet common;     // words of four letters and more
  NumberSet comes;      // words that only the added lines have
  NumberSet goes;       // words that only the removed lines have
  NumberSet defined;    // names that the added lines define
  NumberSet undefined;  // names whose definition the removed lines hold
  NumberSet edits;      // replacements, the text around them left out
  // Number of the word that the file is named after; k_no_word when no unit has that word.
  std::size_t stem = k_no_word;
  NumberSet added; // lines, trimmed, long enough to tell
  NumberSet removed;
};

struct UnitProfiles {
  std::vector<UnitProfile> of_unit;
  std::vector<int> units_with; // by word number: in how many units it stands (UnitProfile::common)
  std::vector<std::string> words; // by word number
  // By word number: whether it is part of a name (ToldNames) or of a path. No other word may be
  // shown to anybody: it may be a piece of a secret.
  std::vector<bool> told;
};

// Profiles of `units` in their order. Linear in the diff; the first 4,000 words of a unit count.
UnitProfiles profile_units(const ChangeSet& changes, const Report& report,
                           const std::vector<SplitUnit>& units, const Redactor& redactor);

// "src/pool/limiter_test.go" -> "limiter": what a file and its test have in common.
std::string stem_of(const std::string& path);

} // namespace leadline
