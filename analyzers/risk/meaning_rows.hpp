#pragma once

#include "analyzers/catalog/catalog.hpp"

#include <span>
#include <string_view>

namespace leadline {

// What a key is for by its words alone, where the catalogue does not know it.
struct MeaningRow {
  std::string_view phrase; // whole words of the leaf, ' ' between
  ParameterKind kind;
  Hurts hurts;
  Impact impact;
  double confidence;         // 0..1; no single word is certain
  bool plain_growth = false; // more of it is ordinary growth: memory, processors, disk
};

// The first row whose phrase stands in the leaf decides, so a noun that qualifies others comes
// later: "pool_timeout" is a timeout, "max_retries" a number of attempts. Of rows that begin with
// the same words the longest phrase wins.
std::span<const MeaningRow> meaning_rows();

} // namespace leadline
