#include "app/jobs/command_job.hpp"

#include "app/jobs/ack_command.hpp"
#include "app/jobs/announcing.hpp"
#include "app/jobs/refusals.hpp"
#include "app/jobs/split_command.hpp"
#include "app/jobs/tell_command.hpp"
#include "app/jobs/who_may.hpp"
#include "app/log.hpp"
#include "app/render/github.hpp"
#include "app/render/neutralize.hpp"
#include "base/digest.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

namespace leadline {
namespace {

using webhooks::CommandKind;

constexpr const char* k_help_marker = "<!-- leadline:help -->";
constexpr const char* k_help =
    "Commands, at the start of a line, for people with write permission and the teams of "
    "`commands: teams`:\n\n"
    "| command | what it does |\n"
    "|---|---|\n"
    "| `/leadline rerun` | analyses the present head again |\n"
    "| `/leadline ack ID [--for 30d] REASON` | says that a finding is meant: it blocks no longer; "
    "`all` for all that block |\n"
    "| `/leadline unack ID` | takes that back |\n"
    "| `/leadline explain ID` | tells what a finding is about |\n"
    "| `/leadline split [--push]` | tells how to split this pull request; pushes the branches |\n"
    "| `/leadline config` | shows how this pull request is judged |\n"
    "| `/leadline help` | shows this |\n";

// The same for all tries of one command of one comment, or of one press of a button.
std::string answer_marker(const Job& job) {
  const std::string asked =
      job.comment_id != 0 ? "comment " + std::to_string(job.comment_id) : job.delivery_id;
  return "<!-- leadline:answer " +
         sha256_hex(asked + (job.review_comment ? " review\n" : "\n") + job.command).substr(0, 16) +
         " -->";
}

bool stands(const Conversation& conversation, const std::string& marker) {
  return std::any_of(
      conversation.comments.begin(), conversation.comments.end(),
      [&](const StandingComment& each) { return each.ours && each.body.starts_with(marker); });
}

// Also by the help, which has the marker of its first command behind its own.
bool is_answered(const Conversation& conversation, const Job& job) {
  const std::string marker = answer_marker(job);
  return stands(conversation, marker) || stands(conversation, k_help_marker + marker);
}

// Of a word the answer may be there, and the word itself lost with a database, whenever it is
// carried out: said twice it is one word, and taken back it stays so.
bool may_be_lost(const JobContext& context, const Job& job) {
  return job.asked_at < context.parts.log.found().lost_come_until;
}

std::string problem_line(const webhooks::Command& command) {
  return command.problem.empty() ? ""
                                 : fmt::format("{}: {}.\n", code_span(command.line.substr(0, 200)),
                                               neutralize(command.problem));
}

} // namespace

void CommandJob::run(const Job& job) {
  GitHubClient client = m_context.client(job);
  if (job.pull_number == 0) {
    queue_by_head(m_context, client, job);
    return;
  }
  if (!accept_command(m_context, client, job)) {
    return;
  }
  const webhooks::Command command = webhooks::parse_command(job.command);
  if (command.kind == CommandKind::rerun) {
    queue_rerun(m_context, job, "rerun by " + job.sender);
    return;
  }
  const Conversation conversation = client.conversation(job.pull_number);
  // A comment names no head: it is about the one that is there.
  const LogKeys keys = {{"sha", conversation.open ? conversation.head_sha : ""}};
  const bool is_word = command.kind == CommandKind::ack || command.kind == CommandKind::unack;
  if (is_answered(conversation, job) && !(is_word && may_be_lost(m_context, job))) {
    m_context.parts.logger.info("answered already");
    return;
  }
  switch (command.kind) {
  case CommandKind::ack:
    answer(client, job, conversation, AckCommand(m_context).acknowledge(client, job, command));
    break;
  case CommandKind::unack:
    answer(client, job, conversation, AckCommand(m_context).withdraw(client, job, command));
    break;
  case CommandKind::split:
    answer(client, job, conversation, SplitCommand(m_context).run(client, job, command));
    break;
  case CommandKind::explain:
    answer(client, job, conversation, TellCommand(m_context).explain(client, job, command));
    break;
  case CommandKind::config:
    answer(client, job, conversation, TellCommand(m_context).config(client, job));
    break;
  case CommandKind::help:
  case CommandKind::rerun:
    help(client, job, command, conversation);
    break;
  }
}

void CommandJob::answer(GitHubClient& client, const Job& job, const Conversation& conversation,
                        const std::string& text) {
  const std::string marker = answer_marker(job);
  if (conversation.locked) {
    m_context.parts.logger.info("the conversation is locked, no answer");
  } else if (!stands(conversation, marker)) {
    client.create_comment(job.pull_number, comment_body(marker + "\n" + text,
                                                        "`leadline` on a laptop prints it all."));
  }
}

void CommandJob::help(GitHubClient& client, const Job& job, const webhooks::Command& command,
                      const Conversation& conversation) {
  // Of a conversation that is too long to be read, who asks for help gets it, and nobody else.
  const bool once =
      !stands(conversation, k_help_marker) && (conversation.complete || command.problem.empty());
  const std::string problem = problem_line(command);
  if (once && !conversation.locked) {
    client.create_comment(job.pull_number,
                          fmt::format("{}{}\n{}{}{}", k_help_marker, answer_marker(job), k_help,
                                      problem.empty() ? "" : "\n", problem));
  } else if (!problem.empty() && !command.unknown && !conversation.locked) {
    answer(client, job, conversation, problem);
  } else if (!problem.empty() && job.comment_id != 0) {
    client.react(job.comment_id, job.review_comment, "confused");
  }
}

void CommandJob::give_up(const Job& job, const std::string& why) {
  GitHubClient client = m_context.client(job);
  // Nobody is answered who may not give commands. What failed may be what would tell it of a team's
  // member: the configuration.
  if (job.pull_number == 0 || m_context.refusals.may_ask(job) != Refusals::Answer::yes ||
      !(m_context.refusals.was_accepted(job) || may_command(m_context, client, job))) {
    return;
  }
  answer(client, job, client.conversation(job.pull_number),
         fmt::format("{} was not carried out. {}\n", code_span(job.command.substr(0, 200)), why));
}

} // namespace leadline
