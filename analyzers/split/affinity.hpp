#pragma once

#include "analyzers/split/needs.hpp"
#include "analyzers/split/parallel_folders.hpp"
#include "analyzers/split/unit_profile.hpp"
#include "analyzers/split/units.hpp"

#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadline {

// What speaks for or against two units being about one thing.
enum class Evidence {
  same_file,
  near,          // few lines between them in one file
  distance,      // how far apart in one file, 0 .. about 1.5
  words,         // identifiers of the changed lines in common, the rare ones more
  new_words,     // words that come or go with both
  definition,    // one defines, or takes away, what the other begins, or ceases, to use
  rare_word,     // the rarest word in common
  edit,          // the same replacement made in both
  same_lines,    // equal lines added
  moved_lines,   // lines that one removes and the other adds
  both_leave,    // two files removed, or two renamed
  test_and_code, // any test, any code
  own_test,      // code, and the test that is named after it or brings it in
  own_docs,      // a file and the documentation that is named after it, or names it
  filled_in,     // one reads a key or a column that the other adds, over languages
  brought_in,    // one names a file that the other adds
  two_features,  // of two new files that each have a test or documentation of their own
  one_is_docs,
  both_docs,   // different files of documentation
  same_kind,   // both only add, only remove, or replace
  paths,       // folders and names of the paths in common, the rare ones more
  same_name,   // files of one name in different folders
  same_top,    // below one of the folders in which the diff's files part
  other_top,   // below different ones
  parallel,    // below different folders of many that are made after one pattern
  apart,       // of two domains that are reviewed apart
  one_subject, // of one domain that is reviewed apart from others
};
inline constexpr std::size_t k_evidence_kinds = static_cast<std::size_t>(Evidence::one_subject) + 1;

// Short words for people: "changed names in common".
std::string_view words_for(Evidence evidence);

// By Evidence; 0: nothing of the kind.
using EvidenceRow = std::array<double, k_evidence_kinds>;

// Reads the changed lines of units once; then compares any two. Pure.
class AffinityTable {
public:
  // `weighty`: ids of the domains that are reviewed apart.
  AffinityTable(const ChangeSet& changes, const Report& report, const std::vector<SplitUnit>& units,
                const std::set<std::string>& weighty, const std::vector<UnitNeed>& needs,
                const FileSource& files, const Redactor& redactor);

  // The logarithm of the odds that one person put both units into one commit (docs/split.md has the
  // weights and where they come from): 0 even, 0.7 two to one, negative less likely.
  double between(std::size_t a, std::size_t b) const;

  // How much each kind of evidence adds to that.
  EvidenceRow evidence(std::size_t a, std::size_t b) const;

  // By number in `members`: a number for the replacement that the member shares with at least a
  // twentieth of them, the commonest one; 0 there is none.
  std::vector<std::size_t> common_edits(const std::vector<std::size_t>& members) const;

  // The words of names and paths, rare elsewhere, that most of `members` have in common, the most
  // telling first; none when there are none. Never words of values (UnitProfiles::told).
  std::vector<std::string> words_of(const std::vector<std::size_t>& members) const;

private:
  struct Place {
    std::size_t file = 0;
    int first = 0; // lines of the head's file
    int last = 0;
    std::string name; // of the file, without folders
    std::string top;  // first folder below the one that all files share, "" when there is none
    bool leaves = false;
    bool is_test = false;
    bool is_docs = false;
    char kind = 'm';            // 'a' only adds, 'd' only removes
    std::string weighty_domain; // "" when it is not reviewed apart
    std::string stem;           // what the file is named after, "" when that tells nothing
    bool of_feature = false;    // new code is named so, and a test or documentation
  };

  double names_other(std::size_t docs, std::size_t other) const;

  UnitProfiles m_profiles;
  std::vector<Place> m_places;
  ParallelFolders m_parallel;
  std::set<std::pair<std::size_t, std::size_t>> m_filled_in;  // the smaller unit first
  std::set<std::pair<std::size_t, std::size_t>> m_brought_in; // the smaller unit first
  double m_base = 0; // what holds for any two units of this diff
};

} // namespace leadline
