#pragma once

#include "analyzers/report.hpp"
#include "app/jobs/job_context.hpp"
#include "webhooks/command.hpp"

#include <string>
#include <vector>

namespace leadline {

// "/leadline ack ID [--for 30d] REASON" and "/leadline unack ID"; "all" in the place of an id means
// all findings that block and that its giver could have seen: those of the last verdict that was
// published before the command was written. The other places of an edit that it had go with the one
// that leads them (analyzers/risk/sweeps.hpp), each as a word of its own. A button counts for the
// head whose check it stands on. A comment that was written before one that took its word
// back does not count, in whatever order they arrive; a button counts from its delivery on.
// Remembers or withdraws the acknowledgement and asks for a new run. Both return the answer in
// Markdown. May be repeated.
class AckCommand {
public:
  explicit AckCommand(const JobContext& context) : m_context(context) {}

  std::string acknowledge(GitHubClient& client, const Job& job, const webhooks::Command& command);
  std::string withdraw(GitHubClient& client, const Job& job, const webhooks::Command& command);

private:
  // Takes back those of the words that `job` has just written that were taken back meanwhile; the
  // ids of their findings.
  std::vector<std::string> take_back_overtaken(GitHubClient& client, const Job& job,
                                               int pull_number,
                                               const std::vector<Finding>& written);
  std::vector<PullRequest> open_pulls_or(GitHubClient& client, std::vector<PullRequest> known);
  // What may have passed by words about these findings, which are gone by now: this pull request,
  // those of `open` in whose last report one of them stands, and merge queues.
  void judge_again(GitHubClient& client, const Job& job, const std::vector<PullRequest>& open,
                   const std::vector<std::string>& ids, const std::string& reason);

  JobContext m_context;
};

} // namespace leadline
