#pragma once

#include "analyzers/split/units.hpp"

#include <map>
#include <string>
#include <vector>

namespace leadline {

// What two units have in common, each 0..1 unless said.
struct Affinity {
  double words = 0; // rare identifiers of their changed lines (cosine over tf-idf)
  double path = 0;  // folders that their paths share
  double stem = 0;  // 1: the same file under another extension, or a file and its test
  double edit = 0;  // the same replacement made in both
  double domain =
      0; // of the same domain: its weight of 10; of two domains that are reviewed apart: -1

  // How much it speaks for one group: 0 nothing .. 1 everything (docs/split.md has the weights and
  // where they come from).
  double score() const;
};

// Reads the changed lines of units once; then compares any two. Pure.
class AffinityTable {
public:
  // `weights`: Domain::weight by id.
  AffinityTable(const ChangeSet& changes, const Report& report, const std::vector<SplitUnit>& units,
                const std::map<std::string, int, std::less<>>& weights);

  Affinity between(std::size_t a, std::size_t b) const;

private:
  struct Profile {
    std::vector<std::pair<std::size_t, double>>
        words;                      // word number -> weight, ascending, of length 1
    std::vector<std::size_t> edits; // numbers of replacements, ascending
    std::vector<std::string> folders;
    std::string stem;
    std::string domain;
    int weight = 0; // of the domain
    std::size_t file = 0;
  };
  std::vector<Profile> m_profiles;
};

} // namespace leadline
