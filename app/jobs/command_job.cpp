#include "app/jobs/command_job.hpp"

#include "base/text.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace leadline {
namespace {

constexpr const char* k_help_marker = "<!-- leadline:help -->";
constexpr const char* k_help =
    "<!-- leadline:help -->\n"
    "Commands, at the start of a line, for people with write permission:\n\n"
    "| command | what it does |\n"
    "|---|---|\n"
    "| `/leadline rerun` | analyses the present head again |\n"
    "| `/leadline help` | shows this |\n";

// The word behind "/leadline", in lower case; "help" when there is none.
std::string name_of(std::string_view command) {
  std::vector<std::string> words;
  for (const std::string_view word : split(trim(command), ' ')) {
    if (!trim(word).empty()) {
      words.push_back(to_lower(trim(word)));
    }
  }
  if (!words.empty() && words.front() == "/leadline") {
    words.erase(words.begin());
  }
  return words.empty() ? "help" : words.front();
}

} // namespace

void CommandJob::run(const Job& job) {
  GitHubClient client = m_context.client(job);
  if (!accept_command(client, job, m_context.parts.logger)) {
    return;
  }
  const std::string name = name_of(job.command);
  if (name == "rerun") {
    Job rerun = job;
    rerun.kind = JobKind::pull_request;
    rerun.reason = "rerun by " + job.sender;
    rerun.again = true;
    rerun.comment_id = 0; // it has its receipt
    m_context.parts.queue.enqueue(rerun);
    return;
  }
  const Conversation conversation = client.conversation(job.pull_number);
  const bool helped =
      std::any_of(conversation.comments.begin(), conversation.comments.end(),
                  [](const StandingComment& comment) {
                    return comment.ours && comment.body.rfind(k_help_marker, 0) == 0;
                  });
  if (!helped) {
    client.create_comment(job.pull_number, k_help);
  } else if (name != "help") {
    client.react(job.comment_id, job.review_comment, "confused");
  }
}

} // namespace leadline
