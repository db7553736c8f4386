#pragma once

#include "analyzers/diff/change_set.hpp"
#include "app/github/contributor.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace leadline {

// What we read from GitHub and write to it, reduced to the fields that we use
// (https://docs.github.com/rest, https://docs.github.com/graphql/reference).

struct PullRequest {
  int number = 0;
  bool open = false;
  bool draft = false;
  std::string head_sha;
  std::string head_ref;
  std::string head_repository; // "" when the fork is gone
  std::string base_sha;
  std::string base_ref;             // branch name
  std::string default_branch;       // of the repository; "" not known
  std::optional<int> changed_files; // GitHub's count; absent in lists
  std::string author;
  std::int64_t author_id = 0; // 0 not known
  std::string title;
  std::string body;
  bool merged = false;
  bool labels_known = false; // where not, `labels` says nothing
  std::vector<std::string> labels;
};

enum class CheckStatus { queued, in_progress, completed };

struct CheckRun {
  std::int64_t id = 0;
  std::string name;
  std::string head_sha;
  std::string external_id;
  std::string app_id; // number, as text
  std::string app_client_id;
  CheckStatus status = CheckStatus::queued;
  std::string conclusion; // "" while not completed
  int annotations = 0;
  std::optional<std::chrono::system_clock::time_point> started_at;
};

struct Annotation {
  std::string path;
  int start_line = 0; // of the head's file, 1-based
  int end_line = 0;
  std::string level; // "failure", "warning", "notice"
  std::string title;
  std::string message;
};

// A button of a check: label and identifier at most 20 characters, description 40.
struct CheckAction {
  std::string label;
  std::string description;
  std::string identifier;
};

// What is sent to create or change a check run; empty fields are left out.
struct CheckRunFields {
  std::string name;
  std::string head_sha; // create only
  std::string external_id;
  std::string details_url;
  std::string started_at;   // ISO 8601
  std::string completed_at; // ISO 8601
  std::optional<CheckStatus> status;
  std::string conclusion;
  std::string title;
  std::string summary;
  std::string text;
  std::vector<Annotation> annotations; // at most 50 a request
  std::vector<CheckAction> actions;    // at most 3
};
inline constexpr std::size_t k_annotations_per_request = 50;

struct ReviewComment {
  std::string path;
  Side side = Side::head;
  int line = 0;       // 0: on the file as a whole
  int start_line = 0; // 0: one line; else less than `line` and in the same hunk
  std::string body;
};

struct PostedComment {
  std::int64_t id = 0;
  std::string node_id;
};

// Of a discussion, as it stands at GitHub.
struct StandingComment {
  std::int64_t id = 0;
  std::string node_id;
  std::string body;
  bool ours = false;
  bool minimized = false;
};

struct ReviewThread {
  std::string node_id;
  bool resolved = false;
  bool we_can_resolve = false;
  bool has_reply_of_others = false; // or more comments than were read
  StandingComment first;
};

struct PullCommit {
  std::string id;
  std::string committed;           // ISO 8601, UTC
  std::vector<Contributor> people; // the accounts of its author and its committer, where known
};

struct PullCommits {
  std::vector<PullCommit> list;
  bool complete = true; // false: there were more pages than are read
};

// Who has put a label on a pull request last.
struct LabelSetting {
  bool there = false;                         // it is on the pull request now
  std::string event_id;                       // of this setting: no other one has it
  Contributor by;                             // without a login: no person, or not known
  std::chrono::system_clock::time_point at{}; // to a second, rounded down
};

// All that is said on a pull request, and the head it has now.
struct Conversation {
  std::string head_sha;
  bool open = false;
  std::vector<ReviewThread> threads;
  std::vector<StandingComment> comments;
  bool locked = false;  // who locked it wants no comments there
  bool complete = true; // false: there were more pages than are read
  PullCommits commits;  // where they were wanted
};

// What is to be put out of sight: a thread is resolved, a comment minimised.
struct Retirement {
  std::string node_id;
  enum class Way { resolve_thread, minimize_comment } way = Way::minimize_comment;
};

// What a token is good for; no more is asked for than a step needs.
enum class TokenScope {
  usual,    // checks, pull requests and comments; contents to read
  members,  // who is in a team
  branches, // contents to write: pushes the branches of a split
  queues,   // contents and merge queues to read: how a merge queue merges
};

enum class Membership {
  yes,
  no,
  unknown, // the App may not look
};

enum class Permission {
  of_another, // the login is another account's by now
  none,
  read,
  write,
  admin
};

struct AccountPermission {
  Permission permission = Permission::none;
  std::int64_t account_id = 0; // 0: not told
};

} // namespace leadline
