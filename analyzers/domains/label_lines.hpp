#pragma once

#include "analyzers/domains/line_scores.hpp"

#include <cstddef>
#include <vector>

namespace leadline {

// The domain of each line of a run (index below `domains`), so that the evidence of the lines, with
// a share of the file's own for each, minus the cost of changing the domain from one line to the
// next is greatest (Viterbi): a lonely line needs strong evidence to stand alone between lines of
// another domain. Time is lines times domains.
std::vector<std::size_t> label_lines(const std::vector<const Scores*>& lines, const Scores& file,
                                     std::size_t domains);

} // namespace leadline
