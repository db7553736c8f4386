#include "app/jobs/analysis.hpp"

#include "app/jobs/work_observer.hpp"
#include "app/review.hpp"
#include "base/error.hpp"

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

// What `ref` has in common with the head, where that is anything, and all that it has.
std::vector<std::string> policy_commits(const GitRepository& repository, const std::string& ref,
                                        const Range& range) {
  const std::string tip = repository.resolve(ref + ".." + range.head).base;
  try {
    return {repository.resolve(ref + "..." + range.head).merge_base, tip};
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::bad_input) {
      throw;
    }
    return {tip};
  }
}

// What judges `range`; nullopt where `request` names a ref that says the same.
std::optional<ConfigOfRange> config_for(const GitRepository& repository,
                                        const AnalysisRequest& request, const Range& range) {
  if (request.policy_ref.empty()) {
    return config_of_range(repository, range, request.defaults);
  }
  auto policy = policy_of_ref(repository, request.policy_ref, range, request.defaults);
  if (!policy) {
    return std::nullopt;
  }
  // What the head changes of its own configuration is judged by that: nothing is weakened here.
  ConfigOfRange config;
  config.judging = config.head = std::move(*policy);
  config.changed = repository.read(range.merge_base, k_repository_config_path) !=
                   repository.read(range.head, k_repository_config_path);
  return config;
}

} // namespace

std::optional<LoadedConfig> policy_of_ref(const GitRepository& repository, const std::string& ref,
                                          const Range& range, const LoadedConfig& defaults) {
  const auto own = repository.read(range.merge_base, k_repository_config_path);
  for (const std::string& commit : policy_commits(repository, ref, range)) {
    if (repository.read(commit, k_repository_config_path) == own) {
      return std::nullopt;
    }
    if (LoadedConfig policy = read_config(repository, commit, defaults); policy.mistakes.empty()) {
      return policy;
    }
  }
  return defaults;
}

Analysis run_analysis(GitCache& git, const Catalog& catalog, const AnalysisRequest& request,
                      WorkObserver& observer) {
  const Resolved resolved = [&] {
    const Stage stage(observer, "fetch");
    return fetch(git, request);
  }();
  const Range& range = resolved.range;
  const GitRepository& repository = *resolved.repository;
  Analysis analysis;
  const std::optional<ConfigOfRange> config_here = config_for(repository, request, range);
  analysis.same_policy = !config_here;
  if (analysis.same_policy) {
    return analysis;
  }
  const ConfigOfRange& config = *config_here;
  analysis.config_mistakes = config.judging.mistakes;
  if (!analysis.config_mistakes.empty()) {
    return analysis;
  }
  analysis.repaired_mistakes = config.repaired_mistakes;
  analysis.config = config.judging.config;
  if (request.configured) {
    request.configured(analysis.config);
  }
  const Stage stage(observer, "judge");
  Review made = review(repository, range, analysis.config.policy, catalog);
  analysis.changes = std::move(made.changes);
  analysis.report = std::move(made.report);
  analysis.patches = std::move(made.patches);
  analysis.config_changes = add_config_findings(
      analysis.report, analysis.changes, *resolved.repository, config, analysis.config.policy);
  return analysis;
}

} // namespace leadline
