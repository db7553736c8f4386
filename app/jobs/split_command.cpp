#include "app/jobs/split_command.hpp"

#include "app/jobs/policy_of_pull.hpp"
#include "app/jobs/split_push.hpp"
#include "app/render/neutralize.hpp"
#include "app/render/split_markdown.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace leadline {
namespace {

constexpr const char* k_not_configured =
    "Branches are pushed only where the configuration on the default branch allows it:\n\n"
    "```yaml\npublish:\n  push_split_branches: true\n```\n\n"
    "The commands below make the same branches by hand.\n";

// A branch of this repository starts its workflows with its secrets; what a fork proposes must not.
constexpr const char* k_fork =
    "The head of this pull request is in a fork. Its parts are not pushed into this repository: "
    "branches here start workflows with this repository's secrets, and the fork's author could not "
    "push to them. The commands below make them; run them in the fork.\n";

// What GitHub says of a permission that the installation does not have.
std::string not_permitted(const Error& error) {
  return fmt::format(
      "The App may not push here: it needs the permission *Contents: read and write*, and "
      "*Workflows* too where the change touches `.github/workflows`. An owner grants it in the "
      "settings of the App's installation. GitHub says:\n\n{}\n",
      code_block(error.what(), ""));
}

} // namespace

std::string SplitCommand::run(GitHubClient& client, const Job& job,
                              const webhooks::Command& command) {
  const PullRequest pull = client.pull_request(job.pull_number);
  if (!pull.open) {
    return "This pull request is closed: there is nothing left to split.\n";
  }
  const bool fork = to_lower(pull.head_repository) != to_lower(client.repository());
  AnalysisRequest request = request_for(m_context, client, pull);
  const Analysis analysis = with_git_token(client, TokenScope::usual, [&](const Secret& token) {
    request.remote.token = token;
    return run_analysis(m_context.parts.git, m_context.parts.catalog, request,
                        m_context.parts.observer);
  });
  if (!analysis.config_mistakes.empty()) {
    return "The configuration has mistakes, which the check lists; nothing was analysed.\n";
  }
  const bool configured = analysis.config.publishing.push_split_branches;
  RunContext run;
  run.repository = job.repository;
  run.pull_number = pull.number;
  run.head_sha = pull.head_sha;
  run.web_url = m_context.app.urls.server;
  const Report& report = analysis.report;
  const bool allowed = configured && !fork;
  if (!command.push || !allowed || analysis.patches.size() < 2) {
    const std::string refusal = !command.push || allowed ? "" : fork ? k_fork : k_not_configured;
    return refusal + (refusal.empty() ? "" : "\n") +
           split_answer(report, run, allowed ? SplitPush::allowed : SplitPush::forbidden);
  }
  try {
    return SplitPusher(m_context, client, pull, {job.sender_id, job.sender})
        .run(report, analysis.patches, run);
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::denied && error.kind() != ErrorKind::bad_input) {
      throw;
    }
    return not_permitted(error);
  }
}

} // namespace leadline
