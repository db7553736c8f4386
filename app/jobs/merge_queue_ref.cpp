#include "app/jobs/merge_queue_ref.hpp"

#include <algorithm>
#include <charconv>

namespace leadline {

std::string groups_of(const std::string& base) {
  return std::string(k_merge_queue_prefix) + "/" + base;
}

std::optional<MergeQueueRef> parse_merge_queue_ref(std::string_view branch) {
  constexpr std::string_view k_pull = "pr-";
  const std::string prefix = std::string(k_merge_queue_prefix) + "/";
  const std::size_t last = branch.rfind('/');
  if (!branch.starts_with(prefix) || last <= prefix.size()) {
    return std::nullopt;
  }
  const std::string_view name = branch.substr(last + 1);
  if (!name.starts_with(k_pull)) {
    return std::nullopt;
  }
  MergeQueueRef ref;
  ref.base = branch.substr(prefix.size(), last - prefix.size());
  const char* begin = name.data() + k_pull.size();
  const char* end = name.data() + name.size();
  const auto [rest, failure] = std::from_chars(begin, end, ref.pull_number);
  const bool whole = rest == end || *rest == '-';
  constexpr std::size_t k_id = 40;
  const std::string_view id = name.substr(std::min(name.size(), name.rfind('-') + 1));
  if (id.size() == k_id && id.find_first_not_of("0123456789abcdef") == std::string_view::npos) {
    ref.base_sha = id;
  }
  return failure == std::errc() && whole && ref.pull_number > 0 ? std::optional(ref) : std::nullopt;
}

Job look_at_groups(std::int64_t installation_id, const std::string& repository,
                   const std::string& reason) {
  Job look;
  look.kind = JobKind::sweep;
  look.installation_id = installation_id;
  look.repository = repository;
  look.head_ref = k_merge_queue_prefix;
  look.reason = reason;
  return look;
}

} // namespace leadline
