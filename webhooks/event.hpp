#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace leadline::webhooks {

// The few fields of GitHub's payloads that leadline reads
// (https://docs.github.com/webhooks/webhook-events-and-payloads).

struct Source {
  std::int64_t installation_id = 0; // 0 when the payload names none
  std::int64_t repository_id = 0;
  std::string repository; // "owner/name"
  std::string sender;     // login
  std::int64_t sender_id = 0;
  bool sender_is_bot = false;
};

struct PullRequestRef {
  int number = 0;
  std::string head_sha; // empty when the payload does not say
  std::string base_sha;
  std::string base_ref; // branch name without refs/heads/
};

struct PullRequestEvent {
  Source source;
  std::string action; // opened, synchronize, ...
  PullRequestRef pull_request;
  std::string author; // login
  bool draft = false;
  bool base_changed = false; // action edited with changes.base
  std::string label;         // of labeled and unlabeled
  std::string updated;       // ISO 8601: when this happened; "" when the payload does not say
};

struct CommentEvent { // issue_comment, pull_request_review_comment
  Source source;
  std::string action;  // created, edited
  int pull_number = 0; // 0: the comment is on a plain issue
  std::int64_t comment_id = 0;
  bool review_comment = false;
  std::string author_association; // OWNER, MEMBER, COLLABORATOR, ...
  std::string written; // ISO 8601: when it was written, or edited; "" when the payload does not say
  std::string body;
  std::string old_body; // of an edit; `body` when the edit was of something else
};

struct CheckEvent { // check_run, check_suite
  Source source;
  std::string event;         // "check_run" or "check_suite"
  std::string action;        // rerequested, requested_action, requested
  std::int64_t app_id = 0;   // whose check it is: other apps' are dropped
  std::string app_client_id; // the same; empty on servers that do not send it
  std::string head_sha;
  std::string head_branch;                   // "" for forks
  std::vector<PullRequestRef> pull_requests; // empty for forks: find by head_sha
  std::string requested_action;              // identifier of the button
  std::string external_id;                   // what its maker calls the run; "" of a suite
  std::int64_t check_run_id = 0;             // 0 of a suite
};

struct MergeGroupEvent {
  Source source;
  std::string action; // checks_requested, destroyed
  std::string head_sha;
  std::string head_ref;
  std::string base_sha;
  std::string base_ref;
};

struct PushEvent {
  Source source;
  std::string ref;
  std::string default_branch;
  std::string after;
  bool forced = false; // what the commits changed that it took away is not listed
  // All commits and all their paths are listed. GitHub lists 2,048 commits at most, older
  // Enterprise Servers 20 (https://docs.github.com/webhooks/webhook-events-and-payloads#push), and
  // may list none of what another branch had already.
  bool all_listed = true;
  std::vector<std::string> changed_paths; // of the commits listed, sorted, unique
};

struct InstallationEvent { // installation, installation_repositories, installation_target
  Source source;
  std::string event;
  std::string action;
  std::string account;   // login of whom it is on; "" when the payload does not say
  std::string old_login; // of installation_target.renamed: what that was
  // "owner/name": added or taken away, or all of an installation that is new, gone or suspended.
  std::vector<std::string> repositories;
};

struct RepositoryEvent { // repository: it has another name, or another owner
  Source source;         // under the new name
  std::string action;    // renamed, transferred
  std::string old_name;  // "owner/name"
};

struct PingEvent {
  Source source;
};

// An event or action that leadline does nothing about; beside `why`, what the log can say of it, as
// far as the payload has it and it is well formed.
struct IgnoredEvent {
  std::string why;
  Source source;
  int pull_number = 0;
  std::string head_sha;
};

using Event =
    std::variant<IgnoredEvent, PullRequestEvent, CommentEvent, CheckEvent, MergeGroupEvent,
                 PushEvent, InstallationEvent, RepositoryEvent, PingEvent>;

// `name` is the X-GitHub-Event header. Unknown events, actions and fields are ignored.
// Throws Error(bad_input) with the JSON pointer of a field that is missing or of the wrong type, or
// when the body is not JSON or nests deeper than 64.
Event parse_event(std::string_view name, std::string_view body);

} // namespace leadline::webhooks
