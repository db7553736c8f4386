#pragma once

#include "analyzers/report.hpp"
#include "app/git/repository.hpp"

#include <vector>

namespace leadline {

// What a range does with linguist-generated and linguist-vendored in .gitattributes files, as
// findings of the rule policy.marked: settings in files that count as generated or vendored weigh
// less. One for each pattern by which files that hold settings, are read line by line by the marks
// of the merge base and do not say themselves that they are generated, count as such by those of
// the head (docs/configuration.md). The range itself is judged by the marks of the merge base.
//
// Cost follows the changed lines of .gitattributes: a pattern is judged by itself and, where it
// names a folder, by files below that; their number is bounded, and what is not seen is a finding.
std::vector<Finding> marks_findings(const ChangeSet& changes, const GitRepository& repository,
                                    const Range& range);

} // namespace leadline
