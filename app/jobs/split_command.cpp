#include "app/jobs/split_command.hpp"

#include "app/jobs/policy_of_pull.hpp"

namespace leadline {

std::string SplitCommand::run(GitHubClient& client, const Job& job,
                              const webhooks::Command& command) {
  const LoadedConfig policy =
      policy_of_pull(m_context, client, client.pull_request(job.pull_number));
  if (command.push && !policy.config.publishing.push_split_branches) {
    return "Branches are pushed only where the configuration allows it: `publish: "
           "push_split_branches`. The check has the plan and the commands that make its patches.\n";
  }
  return "The check of the present head has the plan and the commands that make its patches.\n";
}

} // namespace leadline
