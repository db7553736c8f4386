#include "analyzers/risk/relation_rules.hpp"

#include <algorithm>

namespace leadline {
namespace {

constexpr std::string_view k_trigger = "pull_request_target";

std::string_view plain(std::string_view segment) { return segment.substr(0, segment.find('[')); }

// "on: pull_request_target", "on: [push, pull_request_target]", an item of such a list, or what
// stands below the trigger.
bool is_trigger(const Setting& setting) {
  const Segments& path = setting.key.segments;
  if (path.empty() || plain(path[0]) != "on") {
    return false;
  }
  return path.size() == 1 ? setting.value.find(k_trigger) != std::string::npos
                          : plain(path[1]) == k_trigger;
}

bool any_trigger(const std::vector<Setting>& settings) {
  return std::any_of(settings.begin(), settings.end(), is_trigger);
}

// Where a step checks out what the pull request brings; nullptr nowhere.
const Setting* their_code(const std::vector<Setting>& settings) {
  const auto found = std::find_if(settings.begin(), settings.end(), [](const Setting& setting) {
    return setting.key.leaf() == "ref" &&
           (setting.value.find("github.event.pull_request.head") != std::string::npos ||
            setting.value.find("github.head_ref") != std::string::npos);
  });
  return found == settings.end() ? nullptr : &*found;
}

} // namespace

bool is_workflow_trigger(const Setting& setting) { return is_trigger(setting); }

// https://docs.github.com/en/actions/writing-workflows/choosing-when-your-workflow-runs/events-that-trigger-workflows#pull_request_target,
// https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/
void find_workflow_triggers(const RelationFile& file, std::vector<Relation>& found) {
  if (file.context->path.find(".github/workflows/") == std::string::npos ||
      any_trigger(file.old_settings)) {
    return;
  }
  const auto change =
      std::find_if(file.changes.begin(), file.changes.end(), [](const SettingChange* candidate) {
        return is_trigger(*candidate->new_setting);
      });
  if (change == file.changes.end()) {
    return;
  }
  const Setting* theirs = their_code(file.new_settings);
  const bool added = file.context->status == FileStatus::added;
  Relation made = make_relation(
      **change, "permission.widened",
      theirs != nullptr ? 2.8
      : added           ? 1.5
                        : 2.4,
      theirs != nullptr ? "strangers' code runs with the repository's secrets"
                        : "strangers' pull requests start it with the repository's secrets",
      "Anybody with a fork starts the workflow, which has a token that may write and all secrets: "
      "whatever it runs or reads of the pull request may take them.",
      "Does any step check out, build or print what the pull request brings? pull_request is "
      "enough "
      "where neither secrets nor a writing token are needed.");
  rest_on(made, theirs);
  found.push_back(std::move(made));
}

} // namespace leadline
