#pragma once

#include "analyzers/report.hpp"
#include "app/config/repository_config.hpp"
#include "app/git/cache.hpp"

#include <optional>
#include <string>

namespace leadline {

class Catalog;

// Which commits to compare, and how to get them.
struct AnalysisRequest {
  std::string repository;
  GitRemote remote;
  std::string range;             // "A...B" or "A..B", of full object ids
  std::vector<std::string> refs; // fetched first
  std::vector<std::string>
      commits; // fetched when the refs do not hold them: after a force-push, say
};

struct Analysis {
  ChangeSet changes;
  Report report;
  RepositoryConfig config;
  std::string config_mistakes; // one a line; then `report` is empty
};

// Fetches, compares and judges by the configuration of the merge base: what the head says of the
// configuration must not count for the pull request that says it.
Analysis run_analysis(GitCache& git, const Catalog& catalog, const AnalysisRequest& request);

} // namespace leadline
