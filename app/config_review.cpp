#include "app/config_review.hpp"

#include "analyzers/risk/findings.hpp"
#include "analyzers/risk/identity.hpp"
#include "analyzers/risk/sweeps.hpp"
#include "app/config_findings.hpp"
#include "app/marks_review.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <utility>

namespace leadline {
namespace {

LoadedConfig parse(const std::optional<std::string>& yaml, const LoadedConfig& defaults) {
  LoadedConfig loaded = defaults;
  if (yaml && loaded.mistakes.empty()) {
    try {
      loaded.config = parse_repository_config(*yaml, k_repository_config_path, defaults.config);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::bad_input) {
        throw;
      }
      loaded.mistakes = error.what(); // no failure of ours: whoever asked is shown them
    }
  }
  return loaded;
}

// Only this file, so that nothing else passes by a configuration that nobody could read.
bool changes_only_config(const ChangeSet& changes) {
  return changes.files.size() == 1 && changes.skipped.empty() &&
         changes.files.front().path() == k_repository_config_path;
}

} // namespace

LoadedConfig read_config(const GitRepository& repository, const std::string& commit,
                         const LoadedConfig& defaults) {
  return parse(repository.read(commit, k_repository_config_path), defaults);
}

ConfigOfRange config_of_range(const GitRepository& repository, const Range& range,
                              const LoadedConfig& defaults) {
  const auto old_yaml = repository.read(range.merge_base, k_repository_config_path);
  const auto new_yaml = repository.read(range.head, k_repository_config_path);
  ConfigOfRange config;
  config.changed = old_yaml != new_yaml;
  config.judging = parse(old_yaml, defaults);
  config.head = config.changed ? parse(new_yaml, defaults) : config.judging;
  config.head_yaml = new_yaml.value_or("");
  // Else a mistake that was merged could never be mended.
  if (!config.judging.mistakes.empty() && defaults.mistakes.empty() &&
      config.head.mistakes.empty() && changes_only_config(repository.change_set(range))) {
    config.repaired_mistakes = std::exchange(config.judging, defaults).mistakes;
  }
  return config;
}

std::vector<ConfigChange> add_config_findings(Report& report, const ChangeSet& changes,
                                              const GitRepository& repository,
                                              const ConfigOfRange& config, const Policy& policy) {
  std::vector<ConfigChange> said;
  std::vector<Finding> findings = marks_findings(changes, repository, report.range);
  if (config.changed) {
    std::vector<Finding> own;
    if (!config.head.mistakes.empty()) {
      own.push_back(mistake_finding(changes, config.head.mistakes));
    } else if (config.judging.mistakes.empty()) {
      said = config_changes(config.judging.config, config.head.config);
      own = weakened_findings(changes, said, config.head_yaml);
    }
    findings.insert(findings.begin(), own.begin(), own.end());
    // What a setting in this file means is known here, and guessed there; what hides in its lines
    // is not.
    std::erase_if(report.findings, [](const Finding& each) {
      return each.path == k_repository_config_path && each.setting;
    });
  } else if (findings.empty()) {
    return said;
  }
  lead_anew(report.findings);
  tell_ids_apart(findings, report.findings);
  report.findings.insert(report.findings.end(), findings.begin(), findings.end());
  std::stable_sort(report.findings.begin(), report.findings.end(),
                   [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
  report.verdict = make_verdict(report, policy);
  return said;
}

} // namespace leadline
