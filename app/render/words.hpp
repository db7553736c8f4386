#pragma once

#include "analyzers/report.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// The wording that all outputs for people share. Nothing here is neutralised but where it says so.
namespace leadline {

// So many findings are told in full, and of the low ones so many; the rest gets a line each.
constexpr std::size_t k_full_findings = 25;
constexpr std::size_t k_full_remarks = 3;

// 1204 as "1,204".
std::string grouped(long number);

// "1 file", "2 files", "1,204 files".
std::string counted(long number, std::string_view singular);

// "1 critical, 2 high"; "" without findings.
std::string severity_counts(const Report& report);
// The same of the findings whose line is in one of the group's chunks.
std::string severity_counts(const Report& report, const SplitGroup& group);

// "line 643 of 847"; "" when the finding has no place in the diff.
std::string place_in_diff(const Finding& finding);

// "diff line 643 of 847: 2 changed lines about connection-pool, 411 about something else"; ""
// without a place.
std::string burial_sentence(const Finding& finding);

// "analysed 12 of 12 hunks in 3 of 3 files, 0 skipped".
std::string coverage_sentence(const Coverage& coverage);

// One line, plain text made visible(): "1 critical: max_client_conn 200 -> 20 on line 643 of 847".
// What a check is called by, and what the text output says first.
std::string headline(const Report& report);

// The value, or "(not set)".
std::string shown_value(const std::optional<std::string>& value);

// At most `most` characters of one visible() line, with "..." in the middle when something is left
// out; valid UTF-8.
std::string shortened(std::string_view text, std::size_t most);

} // namespace leadline
