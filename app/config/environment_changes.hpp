#pragma once

#include "app/config/config_entries.hpp"

#include <vector>

namespace leadline {

// What `after` says differently from `before` about which paths are which environment. The first
// match decides, so that a pattern that comes, goes, or moves past another one can make a path of
// production one of development: such a change weakens wherever it cannot be shown that it has no
// effect. One change for each pattern, as "environments deploy/prod/**".
std::vector<ConfigChange> environment_changes(const std::vector<EnvironmentRule>& before,
                                              const std::vector<EnvironmentRule>& after);

} // namespace leadline
