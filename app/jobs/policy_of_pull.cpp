#include "app/jobs/policy_of_pull.hpp"

#include "app/jobs/organisation_defaults.hpp"

namespace leadline {

AnalysisRequest request_for(const JobContext& context, GitHubClient& client,
                            const PullRequest& pull) {
  AnalysisRequest request;
  request.repository = client.repository();
  request.remote.url = context.app.urls.git_url(client.repository());
  request.range = pull.base_sha + "..." + pull.head_sha;
  request.refs = {"refs/heads/" + pull.base_ref,
                  "refs/pull/" + std::to_string(pull.number) + "/head"};
  request.commits = {pull.base_sha, pull.head_sha};
  request.defaults = context.defaults.of(client);
  return request;
}

LoadedConfig policy_of_pull(const JobContext& context, GitHubClient& client,
                            const PullRequest& pull) {
  const AnalysisRequest request = request_for(context, client, pull);
  return with_git_token(client, TokenScope::usual, [&](const Secret& token) {
    const auto repository =
        context.parts.git.fetch(request.repository, {request.remote.url, token}, request.commits);
    return read_config(*repository, repository->resolve(request.range).merge_base,
                       request.defaults);
  });
}

std::string second_policy_ref(const PullRequest& pull) {
  const std::string& branch = pull.default_branch;
  return branch.empty() || branch == pull.base_ref ? std::string() : "refs/heads/" + branch;
}

std::optional<LoadedConfig> second_policy_of_pull(const JobContext& context, GitHubClient& client,
                                                  const PullRequest& pull) {
  const std::string ref = second_policy_ref(pull);
  if (ref.empty()) {
    return std::nullopt;
  }
  AnalysisRequest request = request_for(context, client, pull);
  request.commits.push_back(ref);
  return with_git_token(client, TokenScope::usual, [&](const Secret& token) {
    const auto repository =
        context.parts.git.fetch(request.repository, {request.remote.url, token}, request.commits);
    return policy_of_ref(*repository, ref, repository->resolve(request.range), request.defaults);
  });
}

} // namespace leadline
