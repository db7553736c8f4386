#pragma once

#include "analyzers/report.hpp"
#include "app/jobs/finding_paths.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace leadline {

// What somebody had said of a finding of a report when it was judged.
struct StoredWord {
  std::string finding_id;
  std::string by; // login
  std::string reason;
  std::string until;         // ISO 8601; "" without end
  std::string void_why = {}; // why it did not count (VoidWord::why); "" where it did
  std::string at = {};       // ISO 8601; "" in reports of versions before
};

// What commands need of a report that was written by render_json().
struct StoredReport {
  Range range;
  Conclusion conclusion = Conclusion::action_required;
  std::vector<Finding> findings; // acknowledged ones too
  std::vector<StoredWord> acknowledged;
  std::vector<StoredWord> void_words; // did not count
  FindingPaths paths;
  std::string defaults;   // digest of the organisation's defaults that judged it; "" not known
  std::string fail_on;    // Judged::fail_on
  std::string group_base; // Judged::group_base
  // When the first of the acknowledgements ends that it was judged by; 0: none of them does.
  std::chrono::sys_time<std::chrono::milliseconds> acknowledged_until{};

  const Finding* find(const std::string& finding_id) const; // nullptr when there is none
};

// `report_json` of render_json(), with what was said of its findings, and when what of that counts
// begins to end (0: it does not); `defaults` as in StoredReport.
std::string with_words(const std::string& report_json, const std::vector<StoredWord>& words,
                       std::chrono::sys_time<std::chrono::milliseconds> acknowledged_until,
                       const std::string& defaults);

// The same with what else there is to know of how it was judged; "" nothing.
std::string with_judging(const std::string& report_json, const std::string& fail_on,
                         const std::string& group_base);

// Throws Error(bad_input) for what no version of leadline wrote.
StoredReport parse_stored_report(const std::string& json);

} // namespace leadline
