#pragma once

#include "analyzers/report.hpp"

#include <vector>

namespace leadline {

// How well a diff hides its lines; docs/burial.md says why these parts and what they are worth.
class BurialMap {
public:
  BurialMap(const ChangeSet& changes, const std::vector<Chunk>& chunks);

  // Of a finding of `domain` on `diff_line` of the file with that index.
  Burial of(const std::string& domain, std::size_t file, int diff_line) const;

  // "line 643 of 847, in file 9 of 12; 2 of 610 changed lines are about connection-pool"
  static std::string describe(const Burial& burial, std::size_t file, std::size_t files,
                              const std::string& domain);

private:
  int m_diff_lines = 0;
  std::size_t m_files = 0;
  int m_changed = 0;
  int m_noise = 0;
  std::vector<int> m_changed_in_file;
  std::vector<std::pair<std::string, int>> m_by_domain; // changed lines, sorted by name
};

} // namespace leadline
