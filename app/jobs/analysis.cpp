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

} // namespace

Analysis run_analysis(GitCache& git, const Catalog& catalog, const AnalysisRequest& request,
                      WorkObserver& observer) {
  const Resolved resolved = [&] {
    const Stage stage(observer, "fetch");
    return fetch(git, request);
  }();
  const Range& range = resolved.range;
  Analysis analysis;
  const ConfigOfRange config = config_of_range(*resolved.repository, range, request.defaults);
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
  Review made = review(*resolved.repository, range, analysis.config.policy, catalog);
  analysis.changes = std::move(made.changes);
  analysis.report = std::move(made.report);
  analysis.patches = std::move(made.patches);
  analysis.config_changes = add_config_findings(
      analysis.report, analysis.changes, *resolved.repository, config, analysis.config.policy);
  return analysis;
}

} // namespace leadline
