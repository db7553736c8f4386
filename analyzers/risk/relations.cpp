#include "analyzers/risk/relations.hpp"

#include "analyzers/domains/words.hpp"
#include "analyzers/risk/relation_rules.hpp"

#include <array>

namespace leadline {
namespace {

constexpr std::array<RelationRule, 5> k_in_one_file = {
    requests_over_limits, min_over_max, pool_over_clients, heap_over_memory, probe_before_start};

} // namespace

Relation make_relation(const SettingChange& change, std::string rule, double urgency,
                       std::string tail, std::string effect, std::string check) {
  Relation made;
  made.change = &change;
  made.concern.rule = std::move(rule);
  made.concern.urgency = urgency;
  made.concern.confidence = 0.85;
  made.concern.tail = std::move(tail);
  made.concern.effect = std::move(effect);
  made.concern.check = std::move(check);
  return made;
}

bool may_relate(const Setting& setting) {
  const Segments& segments = setting.key.segments;
  if (segments.empty()) {
    return false;
  }
  const std::string leaf = leaf_of(setting);
  const std::string parent = segments.size() > 1 ? segments[segments.size() - 2] : "";
  return parent == "requests" || parent == "limits" || parent == "livenessProbe" ||
         parent == "readinessProbe" || has_phrase(leaf, "min") || has_phrase(leaf, "max") ||
         has_phrase(leaf, "minimum") || has_phrase(leaf, "maximum") ||
         has_phrase(leaf, "pool size") || has_phrase(leaf, "conns") ||
         has_phrase(leaf, "replicas") || has_phrase(leaf, "replica count") ||
         has_phrase(leaf, "xmx") || has_phrase(leaf, "heap") || has_phrase(leaf, "old space");
}

std::vector<Relation> broken_relations(std::span<const RelationFile> files,
                                       const FileSource& source) {
  std::vector<Relation> found;
  for (const RelationFile& file : files) {
    const SettingsByPath before(file.old_settings);
    const SettingsByPath after(file.new_settings);
    for (const SettingChange* change : file.changes) {
      if (change->new_setting->key.segments.empty()) {
        continue;
      }
      for (const RelationRule rule : k_in_one_file) {
        if (auto made = rule(*change, before, after)) {
          found.push_back(std::move(*made));
        }
      }
    }
    find_duplicates(file, found);
  }
  find_pools_over_connections(files, source, found);
  return found;
}

} // namespace leadline
