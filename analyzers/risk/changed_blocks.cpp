#include "analyzers/risk/changed_blocks.hpp"

#include <algorithm>

namespace leadline {

std::string_view segment_name(std::string_view segment) {
  return segment.substr(0, segment.find('['));
}

std::size_t place_of(const KeyPath& key, std::string_view name, std::size_t from) {
  for (std::size_t i = from; i < key.segments.size(); ++i) {
    if (segment_name(key.segments[i]) == name) {
      return i;
    }
  }
  return std::string::npos;
}

bool share_start(const KeyPath& a, const KeyPath& b, std::size_t count) {
  return a.segments.size() >= count && b.segments.size() >= count &&
         std::equal(a.segments.begin(), a.segments.begin() + static_cast<std::ptrdiff_t>(count),
                    b.segments.begin());
}

Concern block_concern(std::string rule, double urgency, std::string tail, std::string effect,
                      std::string check) {
  Concern made;
  made.rule = std::move(rule);
  made.urgency = urgency;
  made.confidence = 0.85;
  made.tail = std::move(tail);
  made.effect = std::move(effect);
  made.check = std::move(check);
  made.restorable = false;
  return made;
}

void note_concern(BlockConcerns& found, const SettingChange& change, Concern concern) {
  const auto [at, fresh] = found.try_emplace(&change, concern);
  if (!fresh && at->second.urgency < concern.urgency) {
    at->second = std::move(concern);
  }
}

BlockConcerns changed_blocks(const ChangedFile& changed) {
  BlockConcerns found;
  if (changed.file.status == FileStatus::removed) {
    return found;
  }
  find_opened_networks(changed, found);
  find_changed_pods(changed, found);
  find_opened_workflows(changed, found);
  find_lost_members(changed, found);
  return found;
}

} // namespace leadline
