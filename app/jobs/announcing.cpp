#include "app/jobs/announcing.hpp"

#include "app/github/check_publisher.hpp"
#include "app/github/check_slots.hpp"
#include "app/jobs/destroyed_group.hpp"
#include "app/jobs/group_head.hpp"
#include "app/jobs/named_check.hpp"
#include "app/jobs/same_head.hpp"
#include "app/render/neutralize.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace leadline {
namespace {

constexpr const char* k_replaced = "This head was replaced before its turn came: the check of the "
                                   "present one has the verdict.";

// The head that the check of `job` belongs to; "" when nothing is to be announced for it.
std::string announced_head(const Job& job, const Publication& publication) {
  if (job.kind == JobKind::merge_group) {
    return job.head_sha;
  }
  if (job.kind != JobKind::pull_request || job.pull_number == 0 || job.reason == k_closed) {
    return "";
  }
  if (!job.label.empty()) {
    return publication.judged_head.empty() || means_nothing(job, publication) ? "" : job.head_sha;
  }
  const std::string head = job.head_sha.empty() ? publication.judged_head : job.head_sha;
  return job.again || publication.judged_head != head ? head : "";
}

void add(std::vector<std::string>& heads, const std::string& head) {
  if (std::find(heads.begin(), heads.end(), head) == heads.end()) {
    heads.push_back(head);
  }
}

} // namespace

void note_queued(PublicationLog& log, const Job& job, Publication& publication,
                 const std::string& head) {
  log.change(job.repository, job.pull_number, [&](Publication& now) {
    add(now.queued_heads, head);
    publication.queued_heads = now.queued_heads;
  });
}

void forget_queued(PublicationLog& log, const Job& job, Publication& publication,
                   const std::string& head) {
  log.change(job.repository, job.pull_number, [&](Publication& now) {
    std::erase(now.queued_heads, head);
    publication.queued_heads = now.queued_heads;
  });
}

bool withdraw_check(const JobContext& context, GitHubClient& client, const Job& job,
                    const std::string& name, const std::string& head, const std::string& why) {
  PublicationLog& log = context.parts.log;
  const std::optional<int> owner = pull_of(
      log.check_run_state(job.repository, check_slot(log, job.repository, head, name)).run_key);
  if (owner && *owner != job.pull_number) {
    return false; // another pull request of this head has taken it over, and will end it
  }
  try {
    if (!publisher_of(context, client, job, name).withdraw(head, run_key(job), why)) {
      return false;
    }
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::not_found) {
      throw;
    }
    context.parts.logger.warn("what was announced is gone: {}", error.what());
    return false;
  }
  judge_sharers_again(context, job, head, name); // it stands over their verdict too
  return true;
}

void end_other_name(const JobContext& context, GitHubClient& client, const Job& job,
                    const Publication& publication, const std::string& head,
                    const std::string& name) {
  const std::string& other = publication.check_name;
  if (!other.empty() && other != name) {
    withdraw_check(context, client, job, other, head,
                   "This check is called " + code_span(name) + " now.");
  }
}

bool is_announced(const JobContext& context, const Job& job, const std::string& head) {
  PublicationLog& log = context.parts.log;
  const std::string row = check_slot(log, job.repository, head, check_name_of(context, job));
  return log.check_run_state(job.repository, row).step == CheckRunState::Step::queued;
}

bool names_label(const Job& job, const std::string& label) {
  return !label.empty() && ("\n" + job.label + "\n").find("\n" + label + "\n") != std::string::npos;
}

bool means_nothing(const Job& job, const Publication& publication) {
  return !job.label.empty() && !publication.judged_head.empty() &&
         !names_label(job, publication.override_label);
}

void announce_run(const JobContext& context, const Job& job) {
  PublicationLog& log = context.parts.log;
  const std::string name = check_name_of(context, job);
  const Publication publication = log.load(job.repository, job.pull_number).value_or(Publication());
  const std::string head = announced_head(job, publication);
  if (name.empty() || head.empty() ||
      (job.kind == JobKind::merge_group && was_destroyed(context, job))) {
    return;
  }
  GitHubClient client = context.client(job);
  if (job.kind == JobKind::pull_request && told_group(context, client, head)) {
    return; // its run finds out whose check that is
  }
  if (job.pull_number != 0) { // first: what is shown must be found again, should it have no turn
    log.change(job.repository, job.pull_number, [&](Publication& now) {
      add(now.queued_heads, head);
      now.check_name = name;
    });
  }
  if (publisher_of(context, client, job, name).announce(head, run_key(job), job.reason)) {
    context.parts.logger.info("shown as queued");
  }
}

void queue_rerun(const JobContext& context, const Job& job, const std::string& reason) {
  const Job rerun = rerun_after(job, reason);
  context.parts.queue.enqueue(rerun);
  try {
    announce_run(context, rerun);
  } catch (const Error& error) {
    context.parts.logger.warn("the run that was asked for could not be shown as queued: {}",
                              error.what());
  }
}

void withdraw_announcements(const JobContext& context, GitHubClient& client, const Job& job,
                            Publication& publication, const std::string& kept_head) {
  const std::vector<std::string> queued = publication.queued_heads;
  if (queued.empty()) {
    return;
  }
  const std::string name = check_name_of(context, job);
  for (const std::string& head : queued) {
    if (head != kept_head) {
      if (withdraw_check(context, client, job, name, head, k_replaced) &&
          publication.judged_head == head) {
        publication.owed_head = head; // what was cancelled stands over its verdict
      }
      context.parts.log.save(job.repository, job.pull_number, publication);
      forget_queued(context.parts.log, job, publication, head);
    }
  }
}

void withdraw_forgotten(const JobContext& context, GitHubClient& client, const Job& job,
                        const std::string& kept_head) {
  if (!job.head_sha.empty() && job.head_sha != kept_head && may_be_forgotten(context, job)) {
    withdraw_check(context, client, job, check_name_of(context, job), job.head_sha, k_replaced);
  }
}

} // namespace leadline
