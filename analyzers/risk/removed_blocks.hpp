#pragma once

#include "analyzers/risk/subject.hpp"

#include <functional>
#include <span>
#include <unordered_map>
#include <unordered_set>

namespace leadline {

// What a file lost as a whole: things that guarded (probes, alerts and the way to who is woken,
// backup jobs), and the lines that went along with a thing that is gone itself.
struct RemovedBlocks {
  // Of the setting that stands for the block; urgency before environment and role.
  std::unordered_map<const SettingChange*, Concern> concerns;
  // A service, container or server that is gone took these along; by themselves they say nothing.
  std::unordered_set<const SettingChange*> taken;
};

// Of a file that went as a whole, only backup jobs are told: whether what they backed up goes as
// well, the caller has to see. `head` are all settings of the file's new version; without them (a
// diff alone, a very large file) nothing is said. `moved` tells that a removed setting stands
// elsewhere now. Pure; linear in the settings but for their depth.
RemovedBlocks removed_blocks(const FileContext& file, std::span<const SettingChange> changes,
                             std::span<const Setting> head,
                             const std::function<bool(const SettingChange&)>& moved);

} // namespace leadline
