#include "analyzers/risk/changed_blocks.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <string>

namespace leadline {
namespace {

// Whether a block of that name stands in the new version below the same parents.
bool stays(const ChangedFile& changed, const KeyPath& key, std::size_t parents,
           std::string_view name) {
  return std::any_of(changed.head.begin(), changed.head.end(), [&](const Setting& setting) {
    return share_start(setting.key, key, parents) && setting.key.segments.size() > parents &&
           segment_name(setting.key.segments[parents]) == name;
  });
}

// https://kubernetes.io/docs/concepts/scheduling-eviction/topology-spread-constraints/,
// https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/#inter-pod-affinity-and-anti-affinity
void find_lost_spread(const ChangedFile& changed, BlockConcerns& found) {
  std::size_t seen = 0;
  for (const SettingChange& change : changed.changes) {
    if (change.change != ChangeKind::removed || changed.moved(change)) {
      continue;
    }
    const KeyPath& key = change.old_setting->key;
    const std::size_t anti = place_of(key, "podAntiAffinity");
    const std::size_t spread = place_of(key, "topologySpreadConstraints");
    const bool is_anti = anti != std::string::npos && anti > 0;
    if (!is_anti && spread == std::string::npos) {
      continue;
    }
    if (++seen > k_most_looked_at) {
      return;
    }
    const std::size_t at = is_anti ? anti : spread;
    // "affinity" goes along with the only rule in it.
    const std::size_t parents = is_anti ? at - 1 : at;
    const bool pods_stay =
        parents == 0 || std::any_of(changed.head.begin(), changed.head.end(), [&](const auto& s) {
          return share_start(s.key, key, parents) && s.key.segments.size() > parents;
        });
    if (!pods_stay || changed.head.empty()) {
      continue;
    }
    const bool other_way =
        is_anti
            ? stays(changed, key, parents, "topologySpreadConstraints")
            : std::any_of(changed.head.begin(), changed.head.end(), [&](const Setting& setting) {
                return share_start(setting.key, key, parents) &&
                       place_of(setting.key, "podAntiAffinity", parents) != std::string::npos;
              });
    const Concern made = block_concern(
        "protection.weakened", other_way ? 1.05 : 1.4,
        "nothing keeps the copies on different machines or zones",
        "All copies may land on one machine; when that one fails or is drained, all are gone.",
        "How many copies run, and what spreads them from now on?");
    if (stays(changed, key, at, is_anti ? "podAntiAffinity" : "topologySpreadConstraints")) {
      continue; // another one took its place
    }
    note_concern(found, change, made);
    return;
  }
}

// "volumes[data]": a claim whose place an emptyDir takes
// (https://kubernetes.io/docs/concepts/storage/volumes/#emptydir).
void find_lost_volumes(const ChangedFile& changed, BlockConcerns& found) {
  std::size_t seen = 0;
  for (const SettingChange& change : changed.changes) {
    if (change.change == ChangeKind::removed || changed.moved(change)) {
      continue;
    }
    const KeyPath& key = change.new_setting->key;
    const std::size_t at = place_of(key, "emptyDir");
    if (at == std::string::npos || at == 0) {
      continue;
    }
    if (++seen > k_most_looked_at) {
      return;
    }
    const auto claim = std::find_if(
        changed.changes.begin(), changed.changes.end(), [&](const SettingChange& other) {
          if (!other.old_setting || !share_start(other.old_setting->key, key, at)) {
            return false;
          }
          const std::size_t place = place_of(other.old_setting->key, "persistentVolumeClaim", at);
          return place == at &&
                 (!other.new_setting || other.new_setting->key != other.old_setting->key);
        });
    const std::string_view volume = key.segments[at - 1];
    const auto name = [&] {
      const std::size_t open = volume.find('[');
      return open == std::string_view::npos ? std::string_view()
                                            : volume.substr(open + 1, volume.size() - open - 2);
    };
    // A claim of a StatefulSet: "volumeClaimTemplates[data]".
    const bool of_template =
        !name().empty() &&
        std::any_of(
            changed.changes.begin(), changed.changes.end(), [&](const SettingChange& other) {
              return other.change == ChangeKind::removed &&
                     place_of(other.old_setting->key, "volumeClaimTemplates") !=
                         std::string::npos &&
                     (other.old_setting->value == name() ||
                      other.old_setting->key.text().find("volumeClaimTemplates[" +
                                                         std::string(name())) != std::string::npos);
            });
    if (claim == changed.changes.end() && !of_template) {
      continue;
    }
    note_concern(found, change,
                 block_concern("protection.removed", 2.3, "the data end with the pod",
                               "Each restart, eviction or rollout begins with an empty folder, and "
                               "what was stored before is not seen any more.",
                               "Does anything in that folder have to outlive the pod?"));
    return;
  }
}

} // namespace

void find_changed_pods(const ChangedFile& changed, BlockConcerns& found) {
  find_lost_spread(changed, found);
  find_lost_volumes(changed, found);
}

} // namespace leadline
