#include "analyzers/risk/changed_blocks.hpp"
#include "analyzers/risk/untrusted_text.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace leadline {
namespace {

bool is_workflow(const std::string& path) {
  return path.find(".github/workflows/") != std::string::npos;
}

// Whether a trigger hands the repository's secrets and a token that may write to a run that anybody
// can start (https://docs.github.com/en/actions/reference/security/secure-use).
bool starts_for_strangers(std::span<const Setting> settings) {
  constexpr std::array<std::string_view, 8> k_triggers = {
      "pull_request_target", "issues",       "issue_comment", "discussion",
      "discussion_comment",  "workflow_run", "fork",          "watch"};
  return std::any_of(settings.begin(), settings.end(), [&](const Setting& setting) {
    const std::vector<std::string>& key = setting.key.segments;
    if (key.empty() || segment_name(key[0]) != "on") {
      return false;
    }
    const std::string_view below = key.size() > 1 ? segment_name(key[1]) : std::string_view();
    return std::any_of(k_triggers.begin(), k_triggers.end(), [&](std::string_view trigger) {
      if (below == trigger) {
        return true;
      }
      if (key.size() > 1) {
        return false;
      }
      std::string list = setting.value;
      std::replace_if(
          list.begin(), list.end(),
          [](char c) { return c == '[' || c == ']' || c == '"' || c == '\''; }, ' ');
      const std::vector<std::string_view> names = split(list, ',');
      return std::any_of(names.begin(), names.end(),
                         [&](std::string_view name) { return trim(name) == trigger; });
    });
  });
}

// "run: echo ${{ github.event.issue.title }}": the text is put into the script before the shell
// reads it (https://docs.github.com/en/actions/concepts/security/script-injections).
void find_injections(const ChangedFile& changed, bool strangers, BlockConcerns& found) {
  for (const SettingChange& change : changed.changes) {
    if (change.change == ChangeKind::removed || changed.moved(change)) {
      continue;
    }
    const std::string_view leaf = change.new_setting->key.leaf();
    if (leaf != "run" && leaf != "script") {
      continue;
    }
    const std::string text = untrusted_text(change.new_setting->value);
    if (text.empty() || (change.old_setting && untrusted_text(change.old_setting->value) == text)) {
      continue;
    }
    Concern made = block_concern(
        "permission.widened", strangers ? 2.6 : 1.7,
        "a script runs what strangers write (" + text + ")",
        "Whoever writes the text writes commands: they run with the token and the secrets of the "
        "workflow.",
        "Hand the text over as an environment variable and quote it in the script.");
    if (strangers) {
      made.reasons.push_back("the workflow starts for everybody, with the repository's secrets");
    }
    note_concern(found, change, std::move(made));
  }
}

// A workflow that already starts for strangers, and now checks out what they bring
// (https://securitylab.github.com/resources/github-actions-preventing-pwn-requests/).
void find_checkouts(const ChangedFile& changed, BlockConcerns& found) {
  const auto is_theirs = [](std::string_view value) {
    return value.find("github.event.pull_request.head") != std::string_view::npos ||
           value.find("github.head_ref") != std::string_view::npos ||
           value.find("github.event.workflow_run.head") != std::string_view::npos;
  };
  const bool target =
      std::any_of(changed.head.begin(), changed.head.end(), [](const Setting& setting) {
        const std::vector<std::string>& key = setting.key.segments;
        return !key.empty() && segment_name(key[0]) == "on" &&
               ((key.size() > 1 && segment_name(key[1]) == "pull_request_target") ||
                setting.value.find("pull_request_target") != std::string::npos);
      });
  if (!target) {
    return;
  }
  for (const SettingChange& change : changed.changes) {
    if (change.change == ChangeKind::removed || changed.moved(change)) {
      continue;
    }
    const Setting& setting = *change.new_setting;
    if ((setting.key.leaf() == "ref" || setting.key.leaf() == "repository") &&
        is_theirs(setting.value) && !(change.old_setting && is_theirs(change.old_setting->value))) {
      note_concern(
          found, change,
          block_concern("permission.widened", 2.8,
                        "strangers' code runs with the repository's secrets",
                        "Anybody with a fork starts the workflow, which has a token that may write "
                        "and all secrets; what it checks out and builds may take them.",
                        "Does anything of what is checked out run or get read as configuration?"));
      return;
    }
  }
}

// "permissions: contents: read" that goes or becomes "write-all"
// (https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions).
void find_permissions(const ChangedFile& changed, BlockConcerns& found) {
  const SettingChange* lost = nullptr;
  for (const SettingChange& change : changed.changes) {
    if (change.change == ChangeKind::removed && !changed.moved(change) &&
        !change.old_setting->key.segments.empty() &&
        segment_name(change.old_setting->key.segments[0]) == "permissions") {
      lost = lost == nullptr ? &change : lost;
    }
  }
  const auto is_permission = [](const Setting& setting) {
    return place_of(setting.key, "permissions") != std::string::npos;
  };
  for (const SettingChange& change : changed.changes) {
    if (change.change == ChangeKind::added && is_permission(*change.new_setting) &&
        to_lower(trim(change.new_setting->value)) == "write-all" &&
        change.new_setting->key.leaf() == "permissions") {
      Concern made = block_concern(
          "permission.widened",
          lost != nullptr                            ? 2.4
          : changed.file.status == FileStatus::added ? 1.4
                                                     : 1.7,
          "the workflow's token may write everything",
          "Every action and script that the workflow runs may push code, publish releases and "
          "change settings.",
          "Which permissions does each job need? Grant them to that job alone.");
      note_concern(found, change, std::move(made));
      return;
    }
  }
  if (lost != nullptr && !changed.head.empty() &&
      std::none_of(changed.head.begin(), changed.head.end(), is_permission)) {
    note_concern(found, *lost,
                 block_concern("permission.widened", 1.5,
                               "the token gets what the repository's settings give by default",
                               "Where that default is read and write, every action that the "
                               "workflow runs may push code.",
                               "What is the default of the repository and of the organisation?"));
  }
}

} // namespace

void find_opened_workflows(const ChangedFile& changed, BlockConcerns& found) {
  if (!is_workflow(changed.file.path)) {
    return;
  }
  const bool strangers = starts_for_strangers(changed.head);
  find_injections(changed, strangers, found);
  find_checkouts(changed, found);
  find_permissions(changed, found);
}

} // namespace leadline
