#pragma once

#include "analyzers/report.hpp"
#include "app/config/config_entries.hpp"
#include "app/git/repository.hpp"

#include <optional>
#include <string>
#include <vector>

namespace leadline {

// A configuration as far as it could be read.
struct LoadedConfig {
  RepositoryConfig config;
  std::string mistakes; // one a line; then `config` is not to be used
  std::string digest;   // of an organisation's defaults: changes with their text; "" of others
};

// What a range does with .github/leadline.yml: it is judged by that of its merge base, and a change
// of the file is checked and is a finding itself where it has mistakes or judges less strictly.
struct ConfigOfRange {
  LoadedConfig judging;          // of the merge base; with mistakes nothing can be judged
  std::string repaired_mistakes; // of the merge base, which this range mends: the defaults judge it
  bool changed = false;
  LoadedConfig head;
  std::string head_yaml; // "" when the file is gone there
};

// The configuration of a commit over `defaults`, the organisation's.
LoadedConfig read_config(const GitRepository& repository, const std::string& commit,
                         const LoadedConfig& defaults);

ConfigOfRange config_of_range(const GitRepository& repository, const Range& range,
                              const LoadedConfig& defaults);

// Puts what is to be said about the change of the configuration, and of the marks of generated
// files, in front of the findings of `report`, judges it again by `policy`, and returns what
// changes in the configuration. No rule of the configuration can switch these findings off.
std::vector<ConfigChange> add_config_findings(Report& report, const ChangeSet& changes,
                                              const GitRepository& repository,
                                              const ConfigOfRange& config, const Policy& policy);

} // namespace leadline
