#pragma once

#include "app/github/app_api.hpp"

#include <string>
#include <vector>

namespace leadline {

// What an App's registration lacks of what leadline needs, and has beyond it, each as a sentence;
// empty for a registration by manifests/github-app/manifest.json.
std::vector<std::string> registration_problems(const AppProfile& profile);

// What the owner of an installation has not accepted of the permissions that leadline needs, as one
// sentence that names the account; "" when nothing lacks. Events come with the permissions.
std::string installation_problem(const Installation& installation);

// What is wrong with where GitHub delivers to, each as a sentence: no address, another path than
// the server's, one that anybody on the way can read (http, but to a loopback address), or whose
// certificate GitHub does not verify.
std::vector<std::string> hook_problems(const HookConfig& hook, const std::string& webhook_path);

} // namespace leadline
