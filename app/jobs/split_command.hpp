#pragma once

#include "app/jobs/job_context.hpp"
#include "webhooks/command.hpp"

#include <string>

namespace leadline {

// "/leadline split": where the plan of the present head stands. "/leadline split --push": pushes
// its branches, where the configuration allows that. Returns the answer in Markdown.
class SplitCommand {
public:
  explicit SplitCommand(const JobContext& context) : m_context(context) {}

  std::string run(GitHubClient& client, const Job& job, const webhooks::Command& command);

private:
  JobContext m_context;
};

} // namespace leadline
