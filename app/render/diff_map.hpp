#pragma once

#include "analyzers/report.hpp"

#include <string>
#include <vector>

namespace leadline {

// The whole diff as one row of cells, each one an equal share of its lines: which domain it is
// about, and where the findings sit in it.
struct DiffMap {
  struct Cell {
    int domain = -1;  // index in `domains`, -1: no changed line
    int finding = -1; // index in Report::findings of the most urgent one, -1 none
  };
  struct Domain {
    std::string name;
    char letter = '?';     // unique in the map while letters last
    int changed_lines = 0; // in the whole diff
  };

  std::vector<Cell> cells;
  std::vector<Domain> domains; // most changed lines first
  double lines_per_cell = 0;
};

// A cell with a finding is about the finding's domain, others about the one with the most changed
// lines. At most `width` cells, fewer when the diff has fewer lines; none without a diff.
DiffMap map_of(const Report& report, int width);

} // namespace leadline
