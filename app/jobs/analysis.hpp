#pragma once

#include "analyzers/report.hpp"
#include "app/config_review.hpp"
#include "app/git/cache.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace leadline {

class Catalog;
class WorkObserver;

// Which commits to compare, and how to get them.
struct AnalysisRequest {
  std::string repository;
  GitRemote remote;
  std::string range;             // "A...B" or "A..B", of full object ids
  std::vector<std::string> refs; // fetched first
  std::vector<std::string>
      commits;           // fetched when the refs do not hold them: after a force-push, say
  LoadedConfig defaults; // the organisation's
  // A ref whose configuration judges instead of the merge base's (policy_of_ref); among what is
  // fetched. "": none.
  std::string policy_ref = {};
  // Called with the configuration before the diff is looked at; may be empty.
  std::function<void(const RepositoryConfig&)> configured;
};

struct Analysis {
  ChangeSet changes;
  Report report;
  std::vector<std::string> patches; // of report.split.groups, in merge order
  RepositoryConfig config;
  std::string config_mistakes; // one a line; then `report` is empty
  // What the head says differently about how to judge.
  std::vector<ConfigChange> config_changes;
  std::string repaired_mistakes; // of the merge base, which this change mends
  // The configuration of `policy_ref` is that of the merge base: nothing was judged by it.
  bool same_policy = false;
};

// The configuration of `ref` as of its own merge base with the head; as of its tip where that one
// has mistakes, which nobody can mend in an old commit; `defaults`, the organisation's, where the
// tip has some too. nullopt where it is that of the merge base of `range`.
std::optional<LoadedConfig> policy_of_ref(const GitRepository& repository, const std::string& ref,
                                          const Range& range, const LoadedConfig& defaults);

// Fetches, compares and judges by the configuration of the merge base over the organisation's: what
// the head says of the configuration must not count for the pull request that says it. A change of
// the configuration is checked and is a finding itself where it has mistakes or judges less
// strictly.
Analysis run_analysis(GitCache& git, const Catalog& catalog, const AnalysisRequest& request,
                      WorkObserver& observer);

} // namespace leadline
