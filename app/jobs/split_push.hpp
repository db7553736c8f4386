#pragma once

#include "analyzers/report.hpp"
#include "app/github/messages.hpp"
#include "app/jobs/job_context.hpp"
#include "app/render/github.hpp"

#include <string>
#include <vector>

namespace leadline {

// Pushes the groups of a proven plan as stacked branches "leadline/NUMBER/GROUP" and opens a draft
// pull request for each, on the one before it, the first on the base branch. The commits are the
// same wherever and whenever they are made, and names follow the groups, so that a repetition,
// after a crash or a push, finds what stands and brings it up to date. A branch that holds anything
// but one commit of ours is never moved. Who wrote the whole, and who asks, counts as an author of
// each part (split_authors.hpp).
class SplitPusher {
public:
  SplitPusher(const JobContext& context, GitHubClient& client, const PullRequest& pull,
              Contributor asker)
      : m_context(context), m_client(client), m_pull(pull), m_asker(std::move(asker)) {}

  // `patches` are of report.split.groups. Returns the answer in Markdown, also when nothing was
  // pushed. Throws Error as git and GitHub do.
  std::string run(const Report& report, const std::vector<std::string>& patches,
                  const RunContext& run);

private:
  const JobContext& m_context;
  GitHubClient& m_client;
  const PullRequest& m_pull;
  Contributor m_asker;
};

} // namespace leadline
