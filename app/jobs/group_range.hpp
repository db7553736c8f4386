#pragma once

#include "app/github/merge_queue.hpp"
#include "app/jobs/job.hpp"

#include <string>
#include <vector>

namespace leadline {

class GitHubClient;
struct JobContext;

// Reports of groups are stored under this number: no pull request has it.
inline constexpr int k_no_pull = 0;

// What a group of a merge queue is judged by: all that is not in the branch yet and would be with
// it. The base of its event is no more than the group before it, and a queue may merge that one
// though it has failed (MergingStrategy::head_green).
struct GroupRange {
  MergingStrategy strategy = MergingStrategy::unknown;
  std::string branch;    // that is merged into; "" not known
  std::string base_sha;  // what the group stands on: the branch, or the group before it
  std::string told_base; // the same as an event said; "" where none did
  std::string from;      // the newest commit of that which is in the branch already
  // Whose changes lie between `from` and the group's head, in the order of the queue. Where that is
  // not known, not all of them.
  std::vector<int> pulls;
  bool pulls_known = false;

  bool has_groups_before() const { return from != base_sha; }
};

// Asks GitHub once, by GraphQL, and git where another group may stand before this one. Throws
// Error; not_found where nobody knows where the group begins.
GroupRange range_of_group(const JobContext& context, GitHubClient& client, const Job& job);

} // namespace leadline
