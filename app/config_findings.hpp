#pragma once

#include "analyzers/report.hpp"
#include "app/config/config_entries.hpp"

#include <string>
#include <vector>

namespace leadline {

// Findings about how pull requests are judged. No rule of the configuration can switch them off,
// and they block whatever `fail_on` says (is_blocking).
//   policy.weakened  the head's .github/leadline.yml judges less strictly than the merge base's:
//   one
//                    for each of the gravest changes, and one for all the others together
//   policy.mistake   the head's file cannot be used: after the merge nothing could pass
// `yaml` is the head's text, "" when the file is gone there.
std::vector<Finding> weakened_findings(const ChangeSet& changes,
                                       const std::vector<ConfigChange>& config_changes,
                                       const std::string& yaml);
Finding mistake_finding(const ChangeSet& changes, const std::string& mistakes);

// A finding of that rule on a line (1-based) of a changed file, on the base's side when it is gone.
Finding policy_finding(const ChangeSet& changes, const std::string& rule, const std::string& path,
                       int line);

// Leaves the first 20 as they are, and puts one in the place of the others, whose id changes with
// each of them: nothing can be added behind what somebody has acknowledged.
void fold_rest(std::vector<Finding>& findings);

} // namespace leadline
