#pragma once

#include "app/jobs/job.hpp"
#include "webhooks/event.hpp"

#include <string>
#include <vector>

namespace leadline {

// What an event asks for; empty when it asks for nothing. `app_id` is APP_ID (number or client id):
// checks of other apps are dropped, and so are comments by bots, our own included. Jobs carry no
// delivery id yet.
//   pull_request opened, synchronize, reopened, ready_for_review, labeled, unlabeled, closed,
//     edited (base): a pull_request job
//   issue_comment, pull_request_review_comment created, edited: a command job for each command that
//     was added, rerun too: before its giver is known to be allowed to ask, it must not merge with
//     a pull request's job
//   check_run, check_suite rerequested: a pull_request job for each pull request, with `again`;
//     for a fork one with pull_number 0 and the head; for a merge queue's group a merge_group job
//   check_run requested_action: what the button's identifier says; a re-run for each pull request,
//     all else for the one whose run wrote the check, and nothing where that cannot be told
//   merge_group checks_requested: a merge_group job; destroyed: a command job that ends it
//   push to the default branch that changes the configuration, or may, as it takes commits away or
//     does not list all: a sweep; in the repository ".github" also a job that has all others of the
//     installation swept
//   installation created, unsuspended, with new permissions; repositories added: a sweep of each,
//     or, where they are not listed, a command job that lists them
//   installation_target renamed: a command job of installation_job.hpp
//   installation deleted, suspended; repositories removed: command jobs of lost_access.hpp
std::vector<Job> jobs_for(const webhooks::Event& event, const std::string& app_id);

// What one line of the log says of an event: "pull_request.opened".
struct EventLabel {
  std::string name; // with its action
  webhooks::Source source;
  int pull_number = 0;
  std::string head_sha;
};
EventLabel label_of(const webhooks::Event& event);

// Identifiers of the buttons that a check shows; at most 20 characters
// (https://docs.github.com/rest/checks/runs#create-a-check-run).
inline constexpr const char* k_rerun_action = "rerun";
inline constexpr const char* k_split_action = "split";
inline constexpr const char* k_split_push_action = "split-push"; // where branches may be pushed
inline constexpr const char* k_acknowledge_action = "acknowledge";

// Reasons of jobs that a label asked for: the head may have its verdict, but perhaps another one
// now.
inline constexpr const char* k_labeled = "labeled";
inline constexpr const char* k_unlabeled = "unlabeled";

} // namespace leadline
