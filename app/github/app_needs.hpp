#pragma once

#include "app/github/app_api.hpp"

#include <string>
#include <vector>

namespace leadline {

// What an App's registration lacks of what leadline needs, and has beyond it, each as a sentence;
// empty for a registration by manifests/github-app/manifest.json.
std::vector<std::string> registration_problems(const AppProfile& profile);

} // namespace leadline
