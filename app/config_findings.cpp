#include "app/config_findings.hpp"

#include "analyzers/risk/explain.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace leadline {
namespace {

constexpr std::size_t k_most_findings = 20;
constexpr const char* k_domain = "build-ci";

// Puts the finding on a line of the configuration's file; on the other side when it is gone.
void place(Finding& finding, const ChangeSet& changes, int line) {
  finding.path = k_repository_config_path;
  finding.domain = k_domain;
  finding.line = line;
  const auto file =
      std::find_if(changes.files.begin(), changes.files.end(),
                   [](const FileChange& each) { return each.path() == k_repository_config_path; });
  if (file == changes.files.end()) {
    return;
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
}

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

std::vector<Finding> weakened_findings(const ChangeSet& changes,
                                       const std::vector<ConfigChange>& config_changes,
                                       const std::string& yaml) {
  std::vector<Finding> findings;
  for (const ConfigChange& change : config_changes) {
    if (!change.weakens || findings.size() == k_most_findings) {
      continue;
    }
    Finding finding;
    finding.rule = "policy.weakened";
    finding.severity = Severity::high;
    finding.confidence = 1;
    place(finding, changes, line_of_field(yaml, change.field));
    finding.setting = FindingSetting{
        change.title, change.before.empty() ? std::nullopt : std::optional(change.before),
        change.after.empty() ? std::nullopt : std::optional(change.after)};
    finding.id =
        finding_id(finding.rule, finding.path, change.title, change.before, change.after, 0);
    finding.title = fmt::format("leadline judges less strictly: {} from {} to {}", change.title,
                                shown(change.before), shown(change.after));
    finding.message = "From the merge on, pull requests of this repository are judged by this "
                      "configuration: what is found today may pass tomorrow.\n"
                      "This pull request itself is judged by the configuration of its merge base.";
    finding.reasons.push_back("the configuration of the head differs from that of the merge base");
    findings.push_back(std::move(finding));
  }
  return findings;
}

Finding mistake_finding(const ChangeSet& changes, const std::string& mistakes) {
  Finding finding;
  finding.rule = "policy.mistake";
  finding.severity = Severity::high;
  finding.confidence = 1;
  place(finding, changes, first_line_in(mistakes));
  finding.id = finding_id(finding.rule, finding.path, "", "", mistakes, 0);
  finding.title = "leadline's configuration has mistakes: after the merge no check could pass";
  finding.message = mistakes;
  for (const std::string_view line : split_lines(mistakes)) {
    finding.reasons.emplace_back(line);
  }
  return finding;
}

} // namespace leadline
