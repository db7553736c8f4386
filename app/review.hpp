#pragma once

#include "analyzers/report.hpp"
#include "app/git/repository.hpp"

#include <string>
#include <vector>

namespace leadline {

class Catalog;

// A judged range, with its split plan proven.
struct Review {
  ChangeSet changes;
  Report report;
  std::vector<std::string>
      patches; // of report.split.groups, in merge order; empty when there are no groups
};

// Compares, judges and proves. Everything that judges commits goes through here, so that the
// command line and the App say the same of the same commits.
Review review(const GitRepository& repository, const Range& range, const Policy& policy,
              const Catalog& catalog);

} // namespace leadline
