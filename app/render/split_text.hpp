#pragma once

#include "analyzers/report.hpp"

#include <cstddef>
#include <string>

namespace leadline {

// "01-connection-pool": file name without extension, and last part of a branch name, of group
// `index` (0-based). ASCII letters, digits, '-', '_' and '.' only.
std::string split_name(const SplitPlan& plan, std::size_t index);

// "split-2f6c0a9e4d7b/all": the branch of all parts of that head; beside those of single parts.
std::string split_branch(const Report& report);

// The plan for a terminal: a row for each group, then what was written. `branches` is the prefix,
// "" when none were.
std::string split_text(const Report& report, const std::string& branches);

// README.md of a folder of patches: what is in each, and how they are applied.
std::string split_readme(const Report& report);

// Subject, what binds the group, its findings and its files.
std::string split_commit_message(const Report& report, std::size_t index);

} // namespace leadline
