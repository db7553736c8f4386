#pragma once

#include "app/github/stack.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// Which groups of a merge queue have to pass for what they hold to be merged
// (https://docs.github.com/graphql/reference/enums#mergequeuemergingstrategy): "Require all queue
// entries to pass required checks".
enum class MergingStrategy {
  all_green,  // each of them
  head_green, // the last one: those before it are merged with it, though they fail
  unknown,    // GitHub does not say
};

// A branch with a merge queue, at one moment.
struct MergeQueue {
  MergingStrategy strategy = MergingStrategy::unknown;
  std::string tip;                  // of the branch; "" where there is none
  std::vector<RemoteBranch> groups; // of its queue, a hundred at most, by the last part of a name
};

// Operation MergeQueue of GraphQL, of a branch whose groups are branches below `groups`; `branch`
// "": of the default branch, without its groups.
std::string merge_queue_request(std::string_view owner, std::string_view name,
                                const std::string& branch, const std::string& groups);
// Where GitHub refuses to tell of the queue, or has none, its strategy is not known. Throws Error
// for all else that goes wrong.
MergeQueue parse_merge_queue(std::string_view body);

} // namespace leadline
