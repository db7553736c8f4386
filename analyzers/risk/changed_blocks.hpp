#pragma once

#include "analyzers/risk/subject.hpp"

#include <functional>
#include <span>
#include <unordered_map>

namespace leadline {

// Concerns about what several settings of one block say together, at the change that tells them.
using BlockConcerns = std::unordered_map<const SettingChange*, Concern>;

// What the rules about blocks are given of one file.
struct ChangedFile {
  const FileContext& file;
  std::span<const SettingChange> changes;
  std::span<const Setting> head; // all of the new version; empty where it is not known whole
  const std::function<bool(const SettingChange&)>& moved;
};

// Blocks that were opened, lost what guarded or spread them, or lost members: network policies and
// the TLS of ingresses, volumes and the spread of pods, workflows, members of lists. Urgencies are
// those before environment and role of the file. Pure; linear in the settings, but for a sort.
BlockConcerns changed_blocks(const ChangedFile& changed);

// The parts of it, one a file: blocks_network.cpp, blocks_pods.cpp, blocks_workflow.cpp,
// blocks_members.cpp.
void find_opened_networks(const ChangedFile& changed, BlockConcerns& found);
void find_changed_pods(const ChangedFile& changed, BlockConcerns& found);
void find_opened_workflows(const ChangedFile& changed, BlockConcerns& found);
void find_lost_members(const ChangedFile& changed, BlockConcerns& found);

// For all of them.
// So many changes of one kind are looked at closely in one file, so that time stays linear.
constexpr std::size_t k_most_looked_at = 32;
// The name of a segment without its brackets: "volumes" of "volumes[data]".
std::string_view segment_name(std::string_view segment);
// The place of the first segment with that name at or after `from`; npos when there is none.
std::size_t place_of(const KeyPath& key, std::string_view name, std::size_t from = 0);
// Whether two keys are equal in their first `count` segments.
bool share_start(const KeyPath& a, const KeyPath& b, std::size_t count);
Concern block_concern(std::string rule, double urgency, std::string tail, std::string effect,
                      std::string check);
// Keeps the graver one of two at one change.
void note_concern(BlockConcerns& found, const SettingChange& change, Concern concern);

} // namespace leadline
