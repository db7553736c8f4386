#pragma once

#include "analyzers/domains/chunks.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace leadline {

// What one line, or a removed line and the added line that replaces it, says about its domain.
struct Scores {
  struct Entry {
    std::size_t domain = 0;
    double score = 0;
    std::string evidence; // the strongest
    double strongest = 0;
  };
  std::vector<Entry> entries; // few; one for each domain

  void add(std::size_t domain, double score, std::string evidence);
  void add_all(const Scores& other, double factor);
  double of(std::size_t domain) const;
};

// Evidence from a changed setting: the catalogue above all, then the words of its key, then of its
// parents; those count for less in code, and where they are the title of a list item.
Scores scores_of_setting(const SettingLine& line, FileRole role, DomainTable& domains);

// Evidence from the words of a line of text.
Scores scores_of_text(std::string_view text, const DomainTable& domains);

// Evidence from the path, the system it speaks for, and the role of the file.
Scores scores_of_file(const FileToChunk& input, DomainTable& domains);

// Where nothing else tells.
std::string_view default_domain(FileRole role);

} // namespace leadline
