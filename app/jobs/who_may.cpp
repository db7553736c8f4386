#include "app/jobs/who_may.hpp"

#include "app/jobs/policy_of_pull.hpp"
#include "app/jobs/refusals.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <spdlog/spdlog.h>

namespace leadline {
namespace {

// Asked only of those who may not write: it takes the configuration.
std::vector<std::string> teams_for(const JobContext& context, GitHubClient& client,
                                   const Job& job) {
  if (job.pull_number == 0) {
    return {};
  }
  const LoadedConfig policy = policy_of_pull(context, client, client.pull_request(job.pull_number));
  return policy.mistakes.empty() ? policy.config.command_teams : std::vector<std::string>();
}

} // namespace

bool may_command(const JobContext& context, GitHubClient& client, const Job& job) {
  const Contributor sender{job.sender_id, job.sender};
  const Permission permission = client.permission(sender);
  return permission >= Permission::write ||
         (permission != Permission::of_another &&
          may_command(client, sender, teams_for(context, client, job)));
}

bool may_command(GitHubClient& client, const Contributor& who,
                 const std::vector<std::string>& teams) {
  const Permission permission = client.permission(who);
  return permission >= Permission::write ||
         (permission != Permission::of_another && !teams.empty() &&
          is_among(client, who.login, teams) == Membership::yes);
}

bool accept_command(const JobContext& context, GitHubClient& client, const Job& job) {
  switch (context.refusals.may_ask(job)) {
  case Refusals::Answer::yes:
    break;
  case Refusals::Answer::no:
    context.parts.logger.info("command of {} dropped: refused a short while ago", job.sender);
    return false;
  case Refusals::Answer::later: // a private member looks like a stranger: nobody is dropped unheard
    throw Error(ErrorKind::unavailable, "too many strangers have given commands in an hour");
  }
  const bool accepted = may_command(context, client, job);
  if (accepted) {
    context.refusals.accepted(job);
  } else {
    context.refusals.refused(job);
  }
  if (job.comment_id != 0) {
    client.react(job.comment_id, job.review_comment, accepted ? "eyes" : "confused");
  }
  context.parts.logger.info("command of {} {}", job.sender,
                            accepted ? "accepted" : "refused: no write permission");
  return accepted;
}

Membership is_among(GitHubClient& client, const std::string& login,
                    const std::vector<std::string>& names) {
  bool unknown = false;
  for (const std::string& name : names) {
    const std::size_t slash = name.find('/');
    if (slash == std::string::npos) {
      if (to_lower(name) == "@" + to_lower(login)) {
        return Membership::yes;
      }
      continue;
    }
    const Membership member =
        client.membership(name.substr(1, slash - 1), name.substr(slash + 1), login);
    if (member == Membership::yes) {
      return member;
    }
    unknown = unknown || member == Membership::unknown;
  }
  return unknown ? Membership::unknown : Membership::no;
}

} // namespace leadline
