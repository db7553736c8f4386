#pragma once

#include "app/jobs/job_context.hpp"
#include "webhooks/command.hpp"

#include <string>

namespace leadline {

// Commands that only tell: "/leadline explain ID" what a finding is about, "/leadline config" how
// this pull request is judged. Both return the answer in Markdown.
class TellCommand {
public:
  explicit TellCommand(const JobContext& context) : m_context(context) {}

  std::string explain(GitHubClient& client, const Job& job, const webhooks::Command& command);
  std::string config(GitHubClient& client, const Job& job);

private:
  JobContext m_context;
};

} // namespace leadline
