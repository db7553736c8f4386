#pragma once

#include "analyzers/report.hpp"
#include "app/config/config_entries.hpp"

#include <string>
#include <vector>

namespace leadline {

// Findings about `.github/leadline.yml` itself; no rule of the configuration can switch them off.
//   policy.weakened  the head judges less strictly than the merge base: one for each change
//   policy.mistake   the head's file cannot be used: after the merge nothing could pass
// `yaml` is the head's text, "" when the file is gone there.
std::vector<Finding> weakened_findings(const ChangeSet& changes,
                                       const std::vector<ConfigChange>& config_changes,
                                       const std::string& yaml);
Finding mistake_finding(const ChangeSet& changes, const std::string& mistakes);

} // namespace leadline
