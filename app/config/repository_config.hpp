#pragma once

#include "analyzers/policy.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// Where a repository keeps its configuration; organisation defaults stand under the same path in
// the organisation's repository ".github".
inline constexpr const char* k_repository_config_path = ".github/leadline.yml";

// What a pull request is to show. docs/configuration.md, "publish".
struct Publishing {
  std::string check_name = "leadline";
  bool sticky_comment = true;                // one comment with the findings and the split plan
  bool inline_comments = true;               // a review comment on the line of each finding
  bool comment_on_drafts = false;            // the check always runs
  Severity inline_severity = Severity::high; // least that gets an inline comment
  bool push_split_branches =
      false; // may branches of a split plan be pushed when a person asks for it

  bool operator==(const Publishing&) const = default;
};

// Who may say that a finding is meant, so that it blocks no longer. docs/configuration.md,
// "acknowledge".
struct Acknowledging {
  bool by_author = false; // may the author of a pull request acknowledge its findings
  Severity max_severity = Severity::critical; // graver findings cannot be acknowledged
  int max_days = 0;                           // longest that one holds; 0: as long as the value
  // By domain: only these, as "@login" or "@organisation/team". Other domains: who may give
  // commands.
  std::map<std::string, std::vector<std::string>> owners;
  std::string override_label; // whose label acknowledges all that its setter may; "" none

  bool operator==(const Acknowledging&) const = default;
};

// `.github/leadline.yml`, read and checked. Default constructed: nothing was configured.
struct RepositoryConfig {
  Policy policy;
  Publishing publishing;
  Acknowledging acknowledging;
  std::vector<std::string> command_teams; // "@organisation/team": may give commands, as writers may
};

// Reads the YAML text of a configuration over `defaults` (the organisation's). Single values
// replace those of `defaults`. Of lists, `ignore`, `secret_keys` and `commands: teams` add to them,
// `environments` come before them (the first match wins), and `domains`, `rules` and `baselines`
// replace the item of the same id, rule or key with equal paths, and add the others. An empty text
// gives `defaults`. `name` stands in messages. Throws Error(bad_input) that lists every mistake,
// one a line, as "leadline.yml:12: severity \"hihg\" is not one of critical, high, medium, low (did
// you mean
// \"high\"?)". Anchors, aliases, tags, several documents, more than 256 KiB or depth 12 are
// mistakes, so that no text can cost much.
RepositoryConfig parse_repository_config(std::string_view yaml, std::string_view name,
                                         const RepositoryConfig& defaults = {});

} // namespace leadline
