#include "app/config_findings.hpp"

#include "analyzers/risk/identity.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

namespace leadline {
namespace {

constexpr std::size_t k_most_findings = 20;
constexpr std::size_t k_most_named = 50; // of the rest
constexpr const char* k_domain = "build-ci";

// Of "NAME:12: message".
int first_line_in(const std::string& mistakes) {
  const std::size_t colon = mistakes.find(':');
  int line = 1;
  if (colon != std::string::npos) {
    std::from_chars(mistakes.data() + colon + 1, mistakes.data() + mistakes.size(), line);
  }
  return std::max(line, 1);
}

std::string shown(const std::string& value) {
  return value.empty() ? "(not there)" : to_valid_utf8(value.substr(0, 200));
}

} // namespace

Finding policy_finding(const ChangeSet& changes, const std::string& rule, const std::string& path,
                       int line) {
  Finding finding;
  finding.rule = rule;
  finding.severity = Severity::high;
  finding.confidence = 1;
  finding.path = path;
  finding.domain = k_domain;
  finding.line = line;
  const auto file = std::find_if(changes.files.begin(), changes.files.end(),
                                 [&](const FileChange& each) { return each.path() == path; });
  if (file == changes.files.end()) {
    return finding;
  }
  finding.side = file->status == FileStatus::removed ? Side::base : Side::head;
  finding.diff_line = file->diff_line;
  for (const Hunk& hunk : file->hunks) {
    for (const DiffLine& each : hunk.lines) {
      if (each.new_line == line && finding.side == Side::head) {
        finding.diff_line = each.diff_line;
      }
    }
  }
  finding.burial.diff_line = finding.diff_line;
  finding.burial.diff_lines = changes.diff_lines;
  return finding;
}

void fold_rest(std::vector<Finding>& findings) {
  if (findings.size() <= k_most_findings + 1) {
    return;
  }
  Finding rest = findings[k_most_findings];
  const std::size_t count = findings.size() - k_most_findings;
  std::string digests;
  rest.reasons.clear();
  for (std::size_t i = k_most_findings; i < findings.size(); ++i) {
    digests += findings[i].digest;
    if (rest.reasons.size() < k_most_named) {
      rest.reasons.push_back(findings[i].title);
    }
  }
  rest.title = fmt::format("and {} more changes like these", count);
  rest.setting =
      FindingSetting{fmt::format("{} more", count), std::nullopt, "sha256 " + sha256_hex(digests)};
  identify(rest, {.key = rest.setting->key, .new_value = *rest.setting->new_value});
  findings.resize(k_most_findings);
  findings.push_back(std::move(rest));
}

std::vector<Finding> weakened_findings(const ChangeSet& changes,
                                       const std::vector<ConfigChange>& config_changes,
                                       const std::string& yaml) {
  std::vector<Finding> findings;
  std::set<std::string> seen;
  for (const ConfigChange& change : config_changes) {
    if (!change.weakens) {
      continue;
    }
    Finding finding = policy_finding(changes, "policy.weakened", k_repository_config_path,
                                     line_of_field(yaml, change.field));
    finding.setting = FindingSetting{
        change.title, change.before.empty() ? std::nullopt : std::optional(change.before),
        change.after.empty() ? std::nullopt : std::optional(change.after)};
    identify(finding, {.key = change.title, .old_value = change.before, .new_value = change.after});
    finding.title = fmt::format("leadline judges less strictly: {} from {} to {}", change.title,
                                shown(change.before), shown(change.after));
    finding.message = "From the merge on, pull requests of this repository are judged by this "
                      "configuration: what is found today may pass tomorrow.\n"
                      "This pull request itself is judged by the configuration of its merge base.";
    finding.reasons.push_back("the configuration of the head differs from that of the merge base");
    if (seen.insert(finding.digest).second) { // a glob may stand there twice
      findings.push_back(std::move(finding));
    }
  }
  fold_rest(findings);
  return findings;
}

Finding mistake_finding(const ChangeSet& changes, const std::string& mistakes) {
  Finding finding =
      policy_finding(changes, "policy.mistake", k_repository_config_path, first_line_in(mistakes));
  identify(finding, {.new_value = mistakes});
  finding.title = "leadline's configuration has mistakes: after the merge no check could pass";
  finding.message = mistakes;
  for (const std::string_view line : split_lines(mistakes)) {
    finding.reasons.emplace_back(line);
  }
  return finding;
}

} // namespace leadline
