#pragma once

#include "app/jobs/job.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace leadline {

// Merge queues make their groups on branches below this one.
inline constexpr const char* k_merge_queue_prefix = "gh-readonly-queue";

// Where the groups of a branch are: "gh-readonly-queue/BASE".
std::string groups_of(const std::string& base);

// What the branch of a merge queue's group says: "gh-readonly-queue/BASE/pr-7-SHA". The group adds
// pull request 7 to what stands before it in the queue
// (https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue).
struct MergeQueueRef {
  std::string base; // branch that is merged into
  int pull_number = 0;
  std::string base_sha; // what the group stands on; "" where the name does not have a commit's id
};

// `branch` without refs/heads/; nullopt for any other branch.
std::optional<MergeQueueRef> parse_merge_queue_ref(std::string_view branch);

// A sweep of the merge queue's groups alone: one call, and a run for each group that lacks its
// verdict, or was passed by a word that does not stand any more.
Job look_at_groups(std::int64_t installation_id, const std::string& repository,
                   const std::string& reason);

} // namespace leadline
