#pragma once

#include "analyzers/report.hpp"

#include <string>
#include <vector>

namespace leadline {

// What commands need of a report that was written by render_json().
struct StoredReport {
  Range range;
  Conclusion conclusion = Conclusion::action_required;
  std::vector<Finding> findings; // acknowledged ones too

  const Finding* find(const std::string& finding_id) const; // nullptr when there is none
};

// Throws Error(bad_input) for what no version of leadline wrote.
StoredReport parse_stored_report(const std::string& json);

} // namespace leadline
