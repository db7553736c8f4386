#pragma once

#include "analyzers/settings/setting.hpp"

#include <string_view>
#include <vector>

namespace leadline {

// The settings of Gradle's and Jenkins' scripts, which Java's grammar does not fit, by first line:
//   version = '1.0'; sourceCompatibility 11            -> version, sourceCompatibility
//   options { timeout(time: 30, unit: 'MINUTES') }     -> options.timeout.time, .unit
//   implementation 'org.x:lib:1.0'                     -> implementation[org.x:lib] = 1.0
//   environment { POOL = '20' }                        -> environment.POOL
// Blocks in braces are parents. The texts of ''' and """ say nothing here. Linear.
std::vector<Setting> read_groovy(std::string_view text);

} // namespace leadline
