#pragma once

#include "analyzers/settings/setting_changes.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace leadline {

// What a removed YAML merge ("<<: *defaults", https://yaml.org/type/merge.html) had brought to the
// mapping that it stood in: one removed setting for each that `head` no longer states there, on the
// merge's line. `text` is the version of the file that `anchored`, its settings, were read from.
// Empty when the merge is none, its mapping is gone itself, or the anchor stands in no sight. At
// most 64.
std::vector<SettingChange> lost_by_merge(const SettingChange& merge, std::string_view text,
                                         std::span<const Setting> anchored,
                                         std::span<const Setting> head);

} // namespace leadline
