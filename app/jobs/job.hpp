#pragma once

#include "base/error.hpp"

#include <chrono>
#include <cstdint>
#include <string>

namespace leadline {

enum class JobKind {
  pull_request, // analyse the head of a pull request
  merge_group,  // analyse the combined diff of a merge queue's group
  sweep,        // find the open pull requests of a repository that have no finished check of ours
  command,      // carry out a command of a comment or of a button
};

// One unit of work. At most one job of a (repository, pull request) is running; a newer head
// supersedes a waiting older one.
struct Job {
  std::int64_t id = 0;
  JobKind kind = JobKind::pull_request;
  std::int64_t installation_id = 0;
  std::string repository; // "owner/name"
  int pull_number = 0;    // 0: to be found by head_sha
  // May be empty: the pull request's present head. sweep: "page N" of the open pull requests, for
  // one that goes on where another has ended.
  std::string head_sha;
  std::string base_sha; // merge_group only; "" not known
  // merge_group: its branch, without refs/heads/. sweep: only the branches below this one; "" all.
  std::string head_ref;
  std::string label;  // of a job that labels alone asked for: their names, one a line
  std::string reason; // "opened", "rerun by octocat": shown in the check
  bool again = false; // asked for by a person: run even when this head has a finished check
  // kind command: the command line as written; what does not start with '/' is work that an event
  // asked for, which no person can give (moved_repository.hpp, changed_defaults.hpp, ...).
  std::string command;
  std::int64_t comment_id = 0; // of the comment that asked, for the receipt; 0 none
  bool review_comment = false;
  std::int64_t check_run_id = 0; // whose button was pressed; 0 none
  std::string sender;            // login of who asked
  std::int64_t sender_id = 0;    // likewise; 0 not known
  std::string association;       // of a comment's author: GitHub's author_association
  // When it was asked for: when the comment was written, when the pull request was changed, or when
  // its delivery came. 0 not known.
  std::chrono::sys_time<std::chrono::milliseconds> asked_at{};
  std::string delivery_id; // of the newest delivery that asked for it
  int attempt = 1;         // 1-based
};

// Reasons of jobs whose sender wrote what is judged, and may not acknowledge it alone.
inline constexpr const char* k_opened = "opened";
inline constexpr const char* k_synchronize = "synchronize";
inline constexpr const char* k_closed = "closed";     // of a job that ends what was shown
inline constexpr const char* k_reopened = "reopened"; // pushes while it was closed have no event
inline bool is_push(const Job& job) {
  return job.kind == JobKind::pull_request && job.pull_number != 0 &&
         (job.reason == k_opened || job.reason == k_synchronize || job.reason == k_reopened);
}

// What a worker does with a job. Throws Error: unavailable is tried again with back-off, all others
// and foreign exceptions end the job at once. give_up is called when no try is left: it makes the
// failure visible (check run action_required). It throws Error(unavailable) when nobody could be
// told now, and is called again later then. announce is called for a job that has to wait: it shows
// that a verdict is asked for (check run queued). Whatever it throws, the job is run all the same.
// closed_for is how long GitHub takes no requests of a job's installation: what fails meanwhile, or
// would, was no try.
class JobHandler {
public:
  virtual ~JobHandler() = default;
  virtual void run(const Job& job) = 0;
  virtual void give_up(const Job& job, const std::string& why) = 0;
  virtual void announce(const Job& /*job*/) {}
  virtual std::chrono::milliseconds closed_for(const Job& /*job*/) { return {}; }
};

} // namespace leadline
