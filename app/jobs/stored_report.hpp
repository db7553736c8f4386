#pragma once

#include "analyzers/report.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace leadline {

// A finding of a report that somebody had acknowledged when it was judged.
struct StoredWord {
  std::string finding_id;
  std::string by; // login
  std::string reason;
  std::string until; // ISO 8601; "" without end
};

// What commands need of a report that was written by render_json().
struct StoredReport {
  Range range;
  Conclusion conclusion = Conclusion::action_required;
  std::vector<Finding> findings; // acknowledged ones too
  std::vector<StoredWord> acknowledged;
  // When the first of the acknowledgements ends that it was judged by; 0: none of them does.
  std::chrono::sys_time<std::chrono::milliseconds> acknowledged_until{};

  const Finding* find(const std::string& finding_id) const; // nullptr when there is none
};

// `report_json` of render_json(), with what of it was acknowledged, and when that begins to end (0:
// it does not).
std::string with_words(const std::string& report_json, const std::vector<StoredWord>& words,
                       std::chrono::sys_time<std::chrono::milliseconds> acknowledged_until);

// Throws Error(bad_input) for what no version of leadline wrote.
StoredReport parse_stored_report(const std::string& json);

} // namespace leadline
