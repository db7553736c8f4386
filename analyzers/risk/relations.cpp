#include "analyzers/risk/relations.hpp"

#include "analyzers/domains/words.hpp"
#include "analyzers/risk/relation_rules.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

constexpr std::array<RelationRule, 7> k_in_one_file = {
    requests_over_limits, min_over_max,       part_over_whole,       heap_over_memory,
    heap_share_of_memory, probe_before_start, webhook_blocks_cluster};

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

void rest_on(Relation& made, const Setting* other, const std::string& path) {
  const std::optional<Setting>& own = made.change->new_setting;
  const bool same = other != nullptr && own && path.empty() && own->key == other->key &&
                    own->first_line == other->first_line;
  if (other != nullptr && !same) {
    made.concern.rests_on.push_back({path, {}, *other});
  }
}

bool may_relate(const Setting& setting) {
  const Segments& segments = setting.key.segments;
  if (segments.empty()) {
    return false;
  }
  const std::string leaf = leaf_of(setting);
  const std::string parent = segments.size() > 1 ? segments[segments.size() - 2] : "";
  if (parent == "requests" || parent == "limits" || parent == "livenessProbe" ||
      parent == "readinessProbe" || segments.back() == "failurePolicy" ||
      is_workflow_trigger(setting)) {
    return true;
  }
  constexpr std::array<std::string_view, 21> k_phrases = {
      "min",         "max",         "minimum",       "maximum",    "pool size",
      "conns",       "connections", "replicas",      "xmx",        "xms",
      "heap",        "old space",   "replica count", "timeout",    "keepalive",
      "harakiri",    "nofile",      "mem limit",     "memory max", "ram percentage",
      "renew before"};
  return std::any_of(k_phrases.begin(), k_phrases.end(),
                     [&](std::string_view phrase) { return has_phrase(leaf, phrase); });
}

bool may_be_missed(const Setting& removed) { return is_condition(removed); }

std::vector<Relation> broken_relations(std::span<const RelationFile> files,
                                       const FileSource& source, const Catalog& catalog) {
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
    for (const SettingChange* change : file.removed) {
      if (auto made = lost_condition(*change, after)) {
        found.push_back(std::move(*made));
      }
    }
    find_duplicates(file, catalog, found);
    find_workflow_triggers(file, found);
  }
  Neighbours neighbours(files, source, catalog);
  find_pools_over_connections(files, neighbours, found);
  find_heaps_over_memory(files, neighbours, found);
  find_stuck_budgets(files, neighbours, found);
  find_broken_orders(files, neighbours, catalog, found);
  return found;
}

} // namespace leadline
