#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace leadline {

// A commit on the first-parent line of a branch: a merged pull request, whether it was merged,
// squashed or pushed.
struct HistoryEntry {
  std::string commit;
  std::int64_t time = 0; // the committer's, seconds since 1970 in UTC
  std::string subject;   // the first line of the message, any bytes
};

struct HistoryBounds {
  std::size_t max = 200;
  std::optional<std::int64_t> since; // entries that are not older, seconds since 1970 in UTC
};

// `revision` and its first parents, newest first. Stops at the first entry that is older than
// `since`, and at a parent that a shallow clone does not have. Cost follows the entries returned.
// Throws Error(bad_input) when the repository or the revision is unknown.
std::vector<HistoryEntry> first_parent_history(const std::string& repository_path,
                                               const std::string& revision,
                                               const HistoryBounds& bounds);

} // namespace leadline
