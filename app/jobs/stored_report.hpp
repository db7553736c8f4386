#pragma once

#include "analyzers/report.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace leadline {

// What commands need of a report that was written by render_json().
struct StoredReport {
  Range range;
  Conclusion conclusion = Conclusion::action_required;
  std::vector<Finding> findings; // acknowledged ones too
  // When the first of the acknowledgements ends that it was judged by; 0: none of them does.
  std::chrono::sys_time<std::chrono::milliseconds> acknowledged_until{};

  const Finding* find(const std::string& finding_id) const; // nullptr when there is none
};

// `report_json` of render_json(), with when its acknowledgements begin to end.
std::string with_end_of_words(const std::string& report_json,
                              std::chrono::sys_time<std::chrono::milliseconds> acknowledged_until);

// Throws Error(bad_input) for what no version of leadline wrote.
StoredReport parse_stored_report(const std::string& json);

} // namespace leadline
