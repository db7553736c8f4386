#pragma once

#include "analyzers/report.hpp"

#include <cstddef>
#include <string>

namespace leadline {

// "01-connection-pool": file name without extension, and last part of a branch name, of group
// `index` (0-based). ASCII letters, digits, '-', '_' and '.' only.
std::string split_name(const SplitPlan& plan, std::size_t index);

// The plan for a terminal: a row for each group, then what was written. `branches` is the prefix,
// "" when none were.
std::string split_text(const Report& report, const std::string& branches);

// README.md of a folder of patches: what is in each, and the commands that apply them.
std::string split_readme(const Report& report);

// Subject, the group's files, findings and what it needs.
std::string split_commit_message(const Report& report, std::size_t index);

} // namespace leadline
