#pragma once

#include "analyzers/report.hpp"
#include "app/render/terminal.hpp"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace leadline {

// One merged change, judged as its pull request would have been.
struct ReplayedChange {
  std::string commit;
  std::int64_t time = 0; // seconds since 1970, UTC
  std::string subject;
  Conclusion conclusion = Conclusion::action_required;
  int changed_lines = 0;
  std::vector<Finding> findings;
  std::string error; // why it could not be judged at all; "" when it was
};

// What a history of changes adds up to.
struct ReplaySummary {
  int changes = 0;
  int blocked = 0;                       // by findings
  int unfinished = 0;                    // not judged, or not whole
  int silent = 0;                        // judged, no finding
  std::array<int, 4> by_severity{};      // findings, indexed by Severity
  std::map<std::string, int> by_rule;    // findings
  std::map<std::string, int> by_setting; // findings, by the last segment of the key
};

ReplaySummary summary_of(const std::vector<ReplayedChange>& changes);

// A change with findings at or above `least`, or one that could not be judged whole, as lines for a
// person; "" for all others.
std::string replayed_text(const ReplayedChange& change, Severity least, const TextStyle& style);
std::string summary_text(const ReplaySummary& summary, const TextStyle& style);

// {"schema": 1, "tool", "changes": [{"commit", "time", "subject", "conclusion", "changed_lines",
// "error", "findings": [{"id", "rule", "severity", "path", "line", "key", "title"}]}], "summary":
// {...}}
std::string replay_json(const std::vector<ReplayedChange>& changes);

} // namespace leadline
