#pragma once

#include "analyzers/risk/neighbours.hpp"
#include "analyzers/risk/relations.hpp"
#include "analyzers/risk/settings_by_path.hpp"

#include <optional>
#include <string>
#include <vector>

// The relations that broken_relations() looks for. Each is told a modified or added setting and the
// settings of its file in both versions, and answers when the relation holds before and not after.
namespace leadline {

Relation make_relation(const SettingChange& change, std::string rule, double urgency,
                       std::string tail, std::string effect, std::string check);

// Notes that `made` rests on `other` of the file at `path` ("" its own) as well; nullptr and the
// changed setting itself are passed over.
void rest_on(Relation& made, const Setting* other, const std::string& path = "");

using RelationRule = std::optional<Relation> (*)(const SettingChange& change,
                                                 const SettingsByPath& before,
                                                 const SettingsByPath& after);

// relation_containers.cpp: resources and probes of one container
std::optional<Relation> requests_over_limits(const SettingChange& change,
                                             const SettingsByPath& before,
                                             const SettingsByPath& after);
std::optional<Relation> probe_before_start(const SettingChange& change,
                                           const SettingsByPath& before,
                                           const SettingsByPath& after);

// relation_heaps.cpp: a heap and the memory around it. The last one also looks into other files.
std::optional<Relation> heap_over_memory(const SettingChange& change, const SettingsByPath& before,
                                         const SettingsByPath& after);
std::optional<Relation> heap_share_of_memory(const SettingChange& change,
                                             const SettingsByPath& before,
                                             const SettingsByPath& after);
void find_heaps_over_memory(std::span<const RelationFile> files, Neighbours& neighbours,
                            std::vector<Relation>& found);

// relation_bounds.cpp: a lower bound and an upper one
std::optional<Relation> min_over_max(const SettingChange& change, const SettingsByPath& before,
                                     const SettingsByPath& after);
std::optional<Relation> part_over_whole(const SettingChange& change, const SettingsByPath& before,
                                        const SettingsByPath& after);

// relation_conditions.cpp: what a rule applies to. lost_condition() is told a removed setting.
bool is_condition(const Setting& setting);
std::optional<Relation> lost_condition(const SettingChange& removed, const SettingsByPath& after);
std::optional<Relation> webhook_blocks_cluster(const SettingChange& change,
                                               const SettingsByPath& before,
                                               const SettingsByPath& after);

// The following also look into the other changed files and into unchanged ones beside them.

// relation_pools.cpp: all pools of all copies against what the database admits.
void find_pools_over_connections(std::span<const RelationFile> files, Neighbours& neighbours,
                                 std::vector<Relation>& found);
// relation_budgets.cpp: a disruption budget that no copy may leave.
void find_stuck_budgets(std::span<const RelationFile> files, Neighbours& neighbours,
                        std::vector<Relation>& found);
// relation_times.cpp: who gives up first, of timers on one way.
void find_broken_orders(std::span<const RelationFile> files, Neighbours& neighbours,
                        const Catalog& catalog, std::vector<Relation>& found);

// relation_duplicates.cpp: one key twice with different values.
void find_duplicates(const RelationFile& file, const Catalog& catalog,
                     std::vector<Relation>& found);

// relation_workflows.cpp: a workflow that strangers' pull requests now start with all rights.
bool is_workflow_trigger(const Setting& setting);
void find_workflow_triggers(const RelationFile& file, std::vector<Relation>& found);

} // namespace leadline
