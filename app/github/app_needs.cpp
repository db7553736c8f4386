#include "app/github/app_needs.hpp"

#include "app/github/api_urls.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace leadline {
namespace {

// As in manifests/github-app/manifest.json; a test compares them.
constexpr std::array<std::pair<std::string_view, std::string_view>, 5> k_permissions = {{
    {"checks", "write"},
    {"contents", "read"},
    {"merge_queues", "read"},
    {"metadata", "read"},
    {"pull_requests", "write"},
}};
// For teams in the configuration, and for pushing the branches of a split.
constexpr std::array<std::pair<std::string_view, std::string_view>, 2> k_optional = {{
    {"contents", "write"},
    {"members", "read"},
}};
constexpr std::array<std::string_view, 8> k_events = {
    "check_run",   "check_suite",  "issue_comment",
    "merge_group", "pull_request", "pull_request_review_comment",
    "push",        "repository"};

int rank_of(std::string_view level) {
  return level == "admin" ? 3 : level == "write" ? 2 : level == "read" ? 1 : 0;
}

template <typename Table>
int rank_in(const Table& table, std::string_view permission) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const auto& row) { return row.first == permission; });
  return found == table.end() ? 0 : rank_of(found->second);
}

std::vector<std::string> lacking(const std::map<std::string, std::string>& permissions) {
  std::vector<std::string> problems;
  for (const auto& [name, level] : k_permissions) {
    const auto found = permissions.find(std::string(name));
    const std::string has =
        found == permissions.end() || found->second.empty() ? "none" : found->second;
    if (rank_of(has) < rank_of(level)) {
      problems.push_back("the permission " + std::string(name) + " is " + has + ", needed is " +
                         std::string(level));
    }
  }
  return problems;
}

} // namespace

std::vector<std::string> registration_problems(const AppProfile& profile) {
  std::vector<std::string> problems = lacking(profile.permissions);
  for (const std::string_view event : k_events) {
    if (std::find(profile.events.begin(), profile.events.end(), event) == profile.events.end()) {
      problems.push_back("the event " + std::string(event) + " is not subscribed to");
    }
  }
  for (const auto& [name, level] : profile.permissions) {
    if (rank_of(level) > std::max(rank_in(k_permissions, name), rank_in(k_optional, name))) {
      problems.push_back("the permission " + name + ": " + level +
                         " is more than leadline uses: take it away");
    }
  }
  return problems;
}

std::string installation_problem(const Installation& installation) {
  const std::vector<std::string> problems = lacking(installation.permissions);
  return problems.empty() ? ""
                          : fmt::format("{} (installation {}) has not accepted what the App asks "
                                        "for: {}",
                                        installation.account.empty() ? "an account without a name"
                                                                     : installation.account,
                                        installation.id, fmt::join(problems, ", "));
}

std::vector<std::string> hook_problems(const HookConfig& hook, const std::string& webhook_path) {
  if (hook.url.empty()) {
    return {"the App has no webhook address"};
  }
  std::vector<std::string> problems;
  if (!hook.url.ends_with(webhook_path)) {
    problems.push_back(
        fmt::format("GitHub delivers to {}, the server listens at {}", hook.url, webhook_path));
  }
  const std::optional<UrlParts> parts = parse_url(hook.url);
  if (!parts || (parts->scheme != "https" && !is_loopback(parts->host))) {
    problems.push_back(
        fmt::format("GitHub delivers to {}, which is no https address: whoever is on "
                    "the way reads the deliveries",
                    hook.url));
  }
  if (!hook.verified) {
    problems.push_back("GitHub does not verify the certificate of that address (insecure_ssl): "
                       "enable SSL verification in the App's settings");
  }
  return problems;
}

} // namespace leadline
