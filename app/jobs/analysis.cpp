#include "app/jobs/analysis.hpp"

#include "analyzers/risk/findings.hpp"
#include "app/jobs/config_findings.hpp"
#include "app/jobs/work_observer.hpp"
#include "app/review.hpp"
#include "base/error.hpp"

#include <algorithm>
#include <utility>

namespace leadline {
namespace {

struct Resolved {
  std::unique_ptr<GitRepository> repository;
  Range range;
};

Resolved resolve(GitCache& git, const AnalysisRequest& request,
                 const std::vector<std::string>& wants) {
  Resolved resolved;
  resolved.repository = git.fetch(request.repository, request.remote, wants);
  resolved.range = resolved.repository->resolve(request.range);
  return resolved;
}

Resolved fetch(GitCache& git, const AnalysisRequest& request) {
  if (!request.refs.empty()) {
    try {
      return resolve(git, request, request.refs);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::bad_input) {
        throw;
      }
      // A ref is gone or has moved away from the commit: ask for the commits themselves.
    }
  }
  return resolve(git, request, request.commits);
}

LoadedConfig parse(const std::optional<std::string>& yaml, const LoadedConfig& defaults) {
  LoadedConfig loaded = defaults;
  if (yaml && loaded.mistakes.empty()) {
    try {
      loaded.config = parse_repository_config(*yaml, k_repository_config_path, defaults.config);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::bad_input) {
        throw;
      }
      loaded.mistakes = error.what(); // no failure of ours: the check shows them
    }
  }
  return loaded;
}

// Only this file, so that nothing else passes by a configuration that nobody could read.
bool changes_only_config(const ChangeSet& changes) {
  return changes.files.size() == 1 && changes.skipped.empty() &&
         changes.files.front().path() == k_repository_config_path;
}

// Adds what there is to say about a change of the configuration; findings come first in the report.
void judge_config(Analysis& analysis, const LoadedConfig& before, const LoadedConfig& after,
                  const std::string& yaml) {
  std::vector<Finding> findings;
  if (!after.mistakes.empty()) {
    findings.push_back(mistake_finding(analysis.changes, after.mistakes));
  } else {
    analysis.config_changes = config_changes(before.config, after.config);
    findings = weakened_findings(analysis.changes, analysis.config_changes, yaml);
  }
  std::vector<Finding>& all = analysis.report.findings;
  // What a number in this file means is known here, and guessed there.
  std::erase_if(all, [](const Finding& each) { return each.path == k_repository_config_path; });
  all.insert(all.end(), findings.begin(), findings.end());
  std::stable_sort(all.begin(), all.end(),
                   [](const Finding& a, const Finding& b) { return a.severity > b.severity; });
  analysis.report.verdict = make_verdict(analysis.report, analysis.config.policy);
}

} // namespace

LoadedConfig read_config(const GitRepository& repository, const std::string& commit,
                         const LoadedConfig& defaults) {
  return parse(repository.read(commit, k_repository_config_path), defaults);
}

Analysis run_analysis(GitCache& git, const Catalog& catalog, const AnalysisRequest& request,
                      WorkObserver& observer) {
  const Resolved resolved = [&] {
    const Stage stage(observer, "fetch");
    return fetch(git, request);
  }();
  const Range& range = resolved.range;
  Analysis analysis;
  const auto old_yaml = resolved.repository->read(range.merge_base, k_repository_config_path);
  const auto new_yaml = resolved.repository->read(range.head, k_repository_config_path);
  LoadedConfig before = parse(old_yaml, request.defaults);
  const LoadedConfig after = old_yaml == new_yaml ? before : parse(new_yaml, request.defaults);
  if (!before.mistakes.empty()) {
    // Else a mistake that was merged could never be mended.
    const bool mended = request.defaults.mistakes.empty() && after.mistakes.empty() &&
                        changes_only_config(resolved.repository->change_set(range));
    if (!mended) {
      analysis.config_mistakes = before.mistakes;
      return analysis;
    }
    analysis.repaired_mistakes = before.mistakes;
    before = request.defaults;
  }
  analysis.config = before.config;
  if (request.configured) {
    request.configured(analysis.config);
  }
  const Stage stage(observer, "judge");
  Review made = review(*resolved.repository, range, analysis.config.policy, catalog);
  analysis.changes = std::move(made.changes);
  analysis.report = std::move(made.report);
  analysis.patches = std::move(made.patches);
  if (old_yaml != new_yaml) {
    judge_config(analysis, before, after, new_yaml.value_or(""));
  }
  return analysis;
}

} // namespace leadline
