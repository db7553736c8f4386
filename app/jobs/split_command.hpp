#pragma once

#include "app/jobs/job_context.hpp"
#include "webhooks/command.hpp"

#include <string>

namespace leadline {

// "/leadline split": the plan of the present head and the commands that make its patches.
// "/leadline split --push": pushes its branches and opens their pull requests, where the
// configuration and the App's permissions allow that; else says why not. Returns the answer in
// Markdown.
class SplitCommand {
public:
  explicit SplitCommand(const JobContext& context) : m_context(context) {}

  std::string run(GitHubClient& client, const Job& job, const webhooks::Command& command);

private:
  JobContext m_context;
};

} // namespace leadline
