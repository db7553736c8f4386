#pragma once

#include "app/jobs/analysis.hpp"
#include "app/jobs/job_context.hpp"

#include <functional>
#include <optional>
#include <string>

namespace leadline {

// The commits of a pull request as an analysis needs them, with the organisation's defaults.
AnalysisRequest request_for(const JobContext& context, GitHubClient& client,
                            const PullRequest& pull);

// Runs `work` with a token for git, once more with a new one when git refuses the first: it may
// have been revoked before its hour was over.
template <typename Work>
auto with_git_token(GitHubClient& client, TokenScope scope, Work work) {
  const Secret token = client.token(scope);
  try {
    return work(token);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::denied) {
      throw;
    }
    client.forget_token(token, scope);
  }
  return work(client.token(scope));
}

// The configuration of the merge base of a pull request. Fetches what is missing.
LoadedConfig policy_of_pull(const JobContext& context, GitHubClient& client,
                            const PullRequest& pull);

// The default branch, as a ref, where a pull request goes into another one: it has to pass by the
// configuration of both. "" where it goes into that, or it is not known.
std::string second_policy_ref(const PullRequest& pull);
// The configuration of that ref; nullopt where it says the same as that of the merge base.
std::optional<LoadedConfig> second_policy_of_pull(const JobContext& context, GitHubClient& client,
                                                  const PullRequest& pull);

} // namespace leadline
