#pragma once

#include "app/jobs/job_context.hpp"
#include "webhooks/command.hpp"

#include <string>

namespace leadline {

// Answers the commands of comments and of buttons: one comment for each, once, however often it is
// tried. Commands that do not exist get the help once in a pull request, those that miss something
// are told what. Who may not give commands gets a reaction and nothing else.
class CommandJob {
public:
  explicit CommandJob(const JobContext& context) : m_context(context) {}
  void run(const Job& job);

  // Says that the command was not carried out, and `why` in words for its giver.
  void give_up(const Job& job, const std::string& why);

private:
  void answer(GitHubClient& client, const Job& job, const Conversation& conversation,
              const std::string& text);
  void help(GitHubClient& client, const Job& job, const webhooks::Command& command,
            const Conversation& conversation);

  JobContext m_context;
};

} // namespace leadline
