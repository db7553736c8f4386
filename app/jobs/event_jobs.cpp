#include "app/jobs/event_jobs.hpp"

#include "app/config/repository_config.hpp"
#include "app/jobs/changed_defaults.hpp"
#include "app/jobs/destroyed_group.hpp"
#include "app/jobs/installation_job.hpp"
#include "app/jobs/job_context.hpp"
#include "app/jobs/lost_access.hpp"
#include "app/jobs/merge_queue_ref.hpp"
#include "app/jobs/moved_repository.hpp"
#include "webhooks/command.hpp"

#include <algorithm>
#include <array>
#include <ctime>

namespace leadline {
namespace {

using namespace webhooks;

template <typename... F>
struct Overloaded : F... {
  using F::operator()...;
};
template <typename... F>
Overloaded(F...) -> Overloaded<F...>; // clang 14 does not deduce it of an aggregate

Job job_of(const Source& source, JobKind kind, int pull_number, const std::string& head_sha) {
  Job job;
  job.kind = kind;
  job.installation_id = source.installation_id;
  job.repository = source.repository;
  job.pull_number = pull_number;
  job.head_sha = head_sha;
  job.sender = source.sender;
  job.sender_id = source.sender_id;
  return job;
}

// The last moment of a second as GitHub writes it: "2026-01-31T23:59:59Z"; 0 for what is none.
std::chrono::sys_time<std::chrono::milliseconds> end_of(const std::string& second) {
  std::tm parts{};
  const char* end = strptime(second.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
  if (end == nullptr || std::string_view(end) != "Z") {
    return {};
  }
  return std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::seconds(timegm(&parts))) +
         std::chrono::milliseconds(999);
}

void make_rerun(Job& job) {
  job.kind = JobKind::pull_request;
  job.again = true;
  job.reason = job.sender.empty() ? "rerun" : "rerun by " + job.sender;
}

std::vector<Job> pull_request_jobs(const PullRequestEvent& event) {
  constexpr std::array<std::string_view, 7> k_actions = {
      k_closed, k_labeled, k_opened, "ready_for_review", k_reopened, k_synchronize, k_unlabeled};
  const bool asked = std::find(k_actions.begin(), k_actions.end(), event.action) != k_actions.end();
  if (!asked && !event.base_changed) {
    return {};
  }
  Job job = job_of(event.source, JobKind::pull_request, event.pull_request.number,
                   event.pull_request.head_sha);
  job.reason = event.base_changed ? "base changed" : event.action;
  job.asked_at = end_of(event.updated);
  if (event.action == k_labeled || event.action == k_unlabeled) {
    job.label = event.label;
  }
  // The head may be known already, but against another base; and while a pull request is closed its
  // words may end and its policy change.
  job.again = event.base_changed || event.action == k_reopened;
  return {job};
}

std::vector<Job> comment_jobs(const CommentEvent& event) {
  if (event.pull_number == 0 || event.source.sender_is_bot) {
    return {};
  }
  std::vector<Job> jobs;
  for (const Command& command : added_commands(event.old_body, event.body)) {
    Job job = job_of(event.source, JobKind::command, event.pull_number, "");
    job.comment_id = event.comment_id;
    job.review_comment = event.review_comment;
    job.command = command.line;
    job.reason = "asked by " + event.source.sender;
    job.association = event.author_association;
    job.asked_at = end_of(event.written);
    jobs.push_back(std::move(job));
  }
  return jobs;
}

// What a button of the check says for who presses it; nullptr for one that is no command.
const char* command_of(const std::string& action) {
  return action == k_split_action         ? "/leadline split"
         : action == k_split_push_action  ? "/leadline split --push"
         : action == k_acknowledge_action ? "/leadline ack all by the button of the check"
                                          : nullptr;
}

// Whose findings the check shows: several pull requests may have its head, and who presses a button
// has seen those of one. 0: to be found by the head; nullopt: nobody can tell.
std::optional<int> shown_pull(const CheckEvent& event) {
  if (const std::optional<int> number = pull_of(event.external_id)) {
    return *number != 0 ? number : std::nullopt; // 0: a merge queue's group
  }
  if (event.pull_requests.size() > 1) {
    return std::nullopt;
  }
  return event.pull_requests.empty() ? 0 : event.pull_requests.front().number;
}

std::vector<Job> button_jobs(const CheckEvent& event, const char* command) {
  const std::optional<int> pull_number = shown_pull(event);
  if (!pull_number) {
    return {};
  }
  Job job = job_of(event.source, JobKind::command, *pull_number, event.head_sha);
  job.command = command;
  job.check_run_id = event.check_run_id;
  job.reason = "asked by " + event.source.sender;
  return {job};
}

std::vector<Job> check_jobs(const CheckEvent& event, const std::string& app_id) {
  const bool ours = std::to_string(event.app_id) == app_id ||
                    (!event.app_client_id.empty() && event.app_client_id == app_id);
  const bool button = event.action == "requested_action";
  if (!ours || (event.action != "rerequested" && !button)) {
    return {};
  }
  if (parse_merge_queue_ref(event.head_branch)) {
    if (button && event.requested_action != k_rerun_action) {
      return {}; // no other one is offered there
    }
    Job job = job_of(event.source, JobKind::merge_group, 0, event.head_sha);
    make_rerun(job);
    job.kind = JobKind::merge_group;
    job.head_ref = event.head_branch;
    return {job};
  }
  if (button && event.requested_action != k_rerun_action) {
    const char* const command = command_of(event.requested_action);
    return command != nullptr ? button_jobs(event, command) : std::vector<Job>();
  }
  std::vector<PullRequestRef> pull_requests = event.pull_requests;
  if (pull_requests.empty()) {
    pull_requests.emplace_back(); // a fork's: to be found by its head
  }
  std::vector<Job> jobs;
  for (const PullRequestRef& pull_request : pull_requests) {
    jobs.push_back(
        job_of(event.source, JobKind::pull_request, pull_request.number, event.head_sha));
    make_rerun(jobs.back());
  }
  return jobs;
}

// A pull request is judged by the configuration of its merge base, which a push moves for few of
// them: the sweep finds those. The organisation's defaults are read as they are now, by all.
std::vector<Job> push_jobs(const PushEvent& event) {
  const bool default_branch =
      !event.default_branch.empty() && event.ref == "refs/heads/" + event.default_branch;
  const bool changed = std::binary_search(event.changed_paths.begin(), event.changed_paths.end(),
                                          k_repository_config_path);
  const bool unknown = event.forced || !event.all_listed;
  if (!default_branch || (!changed && !unknown)) {
    return {};
  }
  std::vector<Job> jobs = {job_of(event.source, JobKind::sweep, 0, "")};
  jobs.front().reason = changed ? "configuration changed" : "configuration may have changed";
  if (holds_defaults(event.source.repository)) {
    jobs.push_back(job_of(event.source, JobKind::command, 0, ""));
    jobs.back().command = k_defaults_changed;
    jobs.back().reason = changed ? k_defaults_changed : k_defaults_may_have_changed;
  }
  return jobs;
}

std::vector<Job> merge_group_jobs(const MergeGroupEvent& event) {
  Job job = job_of(event.source, JobKind::merge_group, 0, event.head_sha);
  if (event.action != "checks_requested") { // destroyed
    job.kind = JobKind::command;
    job.command = job.reason = k_group_destroyed;
    return {job};
  }
  job.base_sha = event.base_sha;
  constexpr std::string_view k_heads = "refs/heads/";
  job.head_ref = event.head_ref.substr(event.head_ref.starts_with(k_heads) ? k_heads.size() : 0);
  job.reason = "merge queue";
  return {job};
}

std::vector<Job> move_jobs(const RepositoryEvent& event) {
  Job job = job_of(event.source, JobKind::command, 0, "");
  job.command = k_moved_from + event.old_name;
  job.reason = event.action;
  return {job};
}

std::vector<Job> installation_jobs(const InstallationEvent& event) {
  std::vector<Job> jobs;
  if (event.event == "installation_target") {
    jobs.push_back(job_of(event.source, JobKind::command, 0, ""));
    jobs.back().repository = place_of(event.account);
    jobs.back().command = k_account_was + event.old_login;
    jobs.back().reason = "installation_target." + event.action;
    return jobs;
  }
  if (event.action == "deleted" || event.action == "suspend") {
    jobs.push_back(job_of(event.source, JobKind::command, 0, ""));
    jobs.back().command = jobs.back().reason = k_installation_lost;
  }
  if (event.action == "deleted" || event.action == "removed") {
    for (const std::string& repository : event.repositories) {
      Job job = job_of(event.source, JobKind::command, 0, "");
      job.repository = repository;
      job.command = job.reason = k_repository_lost;
      jobs.push_back(std::move(job));
    }
    return jobs;
  }
  if (event.action == "suspend") {
    return jobs;
  }
  if (event.event == "installation" && event.repositories.empty() && !event.account.empty()) {
    jobs.push_back(job_of(event.source, JobKind::command, 0, ""));
    jobs.back().repository = place_of(event.account);
    jobs.back().command = k_installation_back;
    jobs.back().reason = "installation." + event.action;
    return jobs;
  }
  for (const std::string& repository : event.repositories) {
    Job job = job_of(event.source, JobKind::sweep, 0, "");
    job.repository = repository;
    job.reason = event.event + "." + event.action;
    jobs.push_back(std::move(job));
  }
  return jobs;
}

} // namespace

std::vector<Job> jobs_for(const Event& event, const std::string& app_id) {
  return std::visit(Overloaded{
                        [](const PullRequestEvent& e) { return pull_request_jobs(e); },
                        [](const CommentEvent& e) { return comment_jobs(e); },
                        [&](const CheckEvent& e) { return check_jobs(e, app_id); },
                        [](const MergeGroupEvent& e) { return merge_group_jobs(e); },
                        [](const InstallationEvent& e) { return installation_jobs(e); },
                        [](const PushEvent& e) { return push_jobs(e); },
                        [](const RepositoryEvent& e) { return move_jobs(e); },
                        [](const auto&) { return std::vector<Job>(); },
                    },
                    event);
}

EventLabel label_of(const Event& event) {
  return std::visit(
      Overloaded{
          [](const PullRequestEvent& e) {
            return EventLabel{"pull_request." + e.action, e.source, e.pull_request.number,
                              e.pull_request.head_sha};
          },
          [](const CommentEvent& e) {
            return EventLabel{
                (e.review_comment ? "pull_request_review_comment." : "issue_comment.") + e.action,
                e.source, e.pull_number, ""};
          },
          [](const CheckEvent& e) {
            return EventLabel{e.event + "." + e.action, e.source,
                              e.pull_requests.empty() ? 0 : e.pull_requests.front().number,
                              e.head_sha};
          },
          [](const MergeGroupEvent& e) {
            return EventLabel{"merge_group." + e.action, e.source, 0, e.head_sha};
          },
          [](const PushEvent& e) {
            return EventLabel{"push", e.source, 0, e.after};
          },
          [](const InstallationEvent& e) {
            return EventLabel{e.event + "." + e.action, e.source, 0, ""};
          },
          [](const RepositoryEvent& e) {
            return EventLabel{"repository." + e.action, e.source, 0, ""};
          },
          [](const PingEvent& e) {
            return EventLabel{"ping", e.source, 0, ""};
          },
          [](const IgnoredEvent& e) {
            return EventLabel{"ignored", e.source, e.pull_number, e.head_sha};
          },
      },
      event);
}

} // namespace leadline
