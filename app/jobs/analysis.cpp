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

// What `ref` has in common with the head; all that it has where that is nothing.
std::string policy_commit(const GitRepository& repository, const std::string& ref,
                          const Range& range) {
  try {
    return repository.resolve(ref + "..." + range.head).merge_base;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::bad_input) {
      throw;
    }
    return repository.resolve(ref).head;
  }
}

} // namespace

Analysis run_analysis(GitCache& git, const Catalog& catalog, const AnalysisRequest& request,
                      WorkObserver& observer) {
  const Resolved resolved = [&] {
    const Stage stage(observer, "fetch");
    return fetch(git, request);
  }();
  const Range& range = resolved.range;
  const GitRepository& repository = *resolved.repository;
  Analysis analysis;
  ConfigOfRange config;
  if (request.policy_ref.empty()) {
    config = config_of_range(repository, range, request.defaults);
  } else {
    const std::string commit = policy_commit(repository, request.policy_ref, range);
    analysis.same_policy = repository.read(commit, k_repository_config_path) ==
                           repository.read(range.merge_base, k_repository_config_path);
    if (analysis.same_policy) {
      return analysis;
    }
    config.judging = read_config(repository, commit, request.defaults);
  }
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
