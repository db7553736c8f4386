#include "app/jobs/analysis.hpp"

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

Analysis run_analysis(GitCache& git, const Catalog& catalog, const AnalysisRequest& request) {
  const Resolved resolved = fetch(git, request);
  Analysis analysis;
  const std::string& merge_base = resolved.range.merge_base;
  const std::optional<std::string> yaml =
      resolved.repository->read(merge_base, k_repository_config_path);
  if (yaml) {
    try {
      analysis.config = parse_repository_config(*yaml, k_repository_config_path);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::bad_input) {
        throw;
      }
      analysis.config_mistakes = error.what(); // no failure of ours: the check shows them
      return analysis;
    }
  }
  Review made = review(*resolved.repository, resolved.range, analysis.config.policy, catalog);
  analysis.changes = std::move(made.changes);
  analysis.report = std::move(made.report);
  return analysis;
}

} // namespace leadline
