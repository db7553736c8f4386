#pragma once

#include "analyzers/diff/change_set.hpp"
#include "analyzers/domains/chunks.hpp"

#include <cstddef>
#include <span>
#include <unordered_map>
#include <vector>

namespace leadline {

// The settings of a file by the lines they stand on.
class LineSettings {
public:
  explicit LineSettings(const std::vector<SettingLine>& settings); // not owned

  // Indices into the settings; empty for a line without any. Lines are 1-based.
  std::span<const std::size_t> at_old(int line) const { return at(m_by_old, line); }
  std::span<const std::size_t> at_new(int line) const { return at(m_by_new, line); }
  const SettingLine& operator[](std::size_t index) const { return m_settings[index]; }

private:
  using ByLine = std::unordered_map<int, std::vector<std::size_t>>;
  static std::span<const std::size_t> at(const ByLine& by_line, int line);

  const std::vector<SettingLine>& m_settings;
  ByLine m_by_old;
  ByLine m_by_new;
};

// A removed line, an added line, or two that replace each other.
struct LinePair {
  const DiffLine* removed = nullptr;
  const DiffLine* added = nullptr;
};

// Pairs the removed lines of a run with the added lines that replace them; both sides stay in
// order and none is left out. Settings that were modified are anchors, and between two anchors
// equally many lines on both sides pair up. Time is n log n.
std::vector<LinePair> pair_lines(const std::vector<const DiffLine*>& removed,
                                 const std::vector<const DiffLine*>& added,
                                 const LineSettings& settings);

} // namespace leadline
