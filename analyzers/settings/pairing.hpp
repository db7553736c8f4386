#pragma once

#include "analyzers/settings/setting.hpp"

#include <cstddef>
#include <utility>
#include <vector>

namespace leadline {

// A setting on changed lines, and where those stand.
struct Candidate {
  const Setting* setting = nullptr;
  int diff_line = 0; // of its first changed line
  int hunk = 0;
  int chunk = 0;              // run of changed lines, numbered through the file
  bool line_for_line = false; // the chunk is one line that took the place of one
};

// Which removed setting became which added one: pairs of indexes, each index at most once. By full
// path first, in the nearest place (chunk, then hunk, then file); list items by their values in
// order, so that one inserted item does not shift the rest; then items whose name changed,
// spellings (case, '-', '_'), and parents that were put around or taken away.
std::vector<std::pair<std::size_t, std::size_t>>
pair_settings(const std::vector<Candidate>& removed, const std::vector<Candidate>& added);

// Equal for the program that reads it: quoting, the case of true and false, white space of lists
// and folded text.
bool same_value(const Setting& a, const Setting& b);

// Whether an item of a list on the way has no name but its place.
bool has_place(const KeyPath& key);

// The path without what stands in brackets: "containers[].image" for any container.
std::string nameless_shape(const KeyPath& key);

} // namespace leadline
