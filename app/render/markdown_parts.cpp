#include "app/render/markdown_parts.hpp"

#include "app/render/neutralize.hpp"
#include "app/render/words.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace leadline {
namespace {

constexpr std::size_t k_max_rows = 40;
constexpr std::size_t k_max_skipped = 20;
constexpr std::size_t k_path_characters = 100;
constexpr std::size_t k_value_characters = 60;
constexpr std::size_t k_title_characters = 200;

// Characters that may stand in an address without being escaped; '(' and ')' would end a Markdown
// link.
bool is_address(std::string_view text) {
  return !text.empty() && text.size() <= 300 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~/?#&=%+,;:@").find(c) != std::string_view::npos;
  });
}

// GitHub's anchor of a line in a pull request's diff.
std::string line_address(const Finding& finding, const MarkdownLinks& links) {
  if (!is_address(links.repository) || !is_address(links.web_url) || links.pull_number <= 0 ||
      finding.line <= 0) {
    return "";
  }
  return fmt::format("{}/{}/pull/{}/files#diff-{}{}{}", links.web_url, links.repository,
                     links.pull_number, sha256_hex(finding.path),
                     finding.side == Side::head ? "R" : "L", finding.line);
}

std::string place_cell(const Finding& finding, const MarkdownLinks& links) {
  const std::string name = shortened(finding.path, k_path_characters);
  const std::string code =
      table_code(finding.line > 0 ? fmt::format("{}:{}", name, finding.line) : name);
  const std::string address = line_address(finding, links);
  const std::string place = place_in_diff(finding);
  return (address.empty() ? code : fmt::format("[{}]({})", code, address)) +
         (place.empty() ? "" : "<br>diff " + place);
}

std::string value_cell(const std::optional<std::string>& value) {
  return value ? table_code(shortened(*value, k_value_characters)) : "_not set_";
}

std::string change_cell(const Finding& finding) {
  if (!finding.setting) {
    return neutralize(finding.domain);
  }
  return fmt::format(
      "{}<br>{} → {}", table_code(shortened(finding.setting->key, k_path_characters)),
      value_cell(finding.setting->old_value), value_cell(finding.setting->new_value));
}

std::string more_rows(std::size_t all) {
  return all > k_max_rows
             ? fmt::format("\n_and {} more_\n", grouped(static_cast<long>(all - k_max_rows)))
             : "";
}

std::string split_row(const SplitGroup& group, std::size_t place,
                      const std::map<std::string, std::size_t>& places, const Report& report) {
  std::vector<std::string> after;
  for (const std::string& id : group.depends_on) {
    const auto found = places.find(id);
    after.push_back(found == places.end() ? table_code(shortened(id, 40))
                                          : std::to_string(found->second));
  }
  const std::string findings = severity_counts(report, group);
  return fmt::format("| {} | {} | {} | +{} −{} | {} | {} | {} |\n", place,
                     neutralize(shortened(group.title, k_title_characters)), grouped(group.files),
                     grouped(group.additions), grouped(group.deletions),
                     neutralize(shortened(group.domain, 60)), findings.empty() ? "-" : findings,
                     after.empty() ? "-" : fmt::format("{}", fmt::join(after, ", ")));
}

bool is_commit(const std::string& text) {
  return text.size() >= 7 && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

std::string split_commands(const Report& report, const std::string& head) {
  const std::string& base = report.range.merge_base;
  if (!is_commit(base) || !is_commit(head)) {
    return "";
  }
  return fmt::format(
      "<details><summary>Commands that make the patches, one for each group</summary>\n\n"
      "```sh\n"
      "leadline split {0}..{1} --out split   # split/01-*.patch and on, in merge order\n"
      "git switch --create part-1 {0}\n"
      "git apply --index split/01-*.patch && git commit\n"
      "```\n\n</details>\n\n",
      base, head);
}

} // namespace

std::string severity_icon(Severity severity) {
  switch (severity) {
  case Severity::critical:
    return "🔴";
  case Severity::high:
    return "🟠";
  case Severity::medium:
    return "🟡";
  case Severity::low:
    return "🔵";
  }
  return "";
}

std::string conclusion_words(Conclusion conclusion) {
  switch (conclusion) {
  case Conclusion::success:
    return "Passed";
  case Conclusion::failure:
    return "Failed";
  case Conclusion::action_required:
    return "Action required";
  }
  return "Action required";
}

std::string findings_table(const Report& report, const MarkdownLinks& links) {
  if (report.findings.empty()) {
    return "";
  }
  std::string table = "| Severity | Where | Change | What it does |\n|---|---|---|---|\n";
  for (std::size_t i = 0; i < report.findings.size() && i < k_max_rows; ++i) {
    const Finding& finding = report.findings[i];
    table +=
        fmt::format("| {}&nbsp;{} | {} | {} | {} |\n", severity_icon(finding.severity),
                    name_of(finding.severity), place_cell(finding, links), change_cell(finding),
                    neutralize(shortened(finding.title, k_title_characters)));
  }
  return table + more_rows(report.findings.size()) + "\n";
}

std::string skipped_list(const Report& report) {
  const std::vector<Skipped>& skipped = report.coverage.skipped;
  if (skipped.empty()) {
    return "";
  }
  std::string list = fmt::format("**Not analysed: {}.** A change in there has not been judged.\n\n",
                                 counted(static_cast<long>(skipped.size()), "file"));
  for (std::size_t i = 0; i < skipped.size() && i < k_max_skipped; ++i) {
    list += fmt::format("- {}: {}\n", code_span(shortened(skipped[i].path, k_path_characters)),
                        neutralize(shortened(skipped[i].why, k_title_characters)));
  }
  if (skipped.size() > k_max_skipped) {
    list +=
        fmt::format("- and {} more\n", grouped(static_cast<long>(skipped.size() - k_max_skipped)));
  }
  return list + "\n";
}

std::string split_section(const Report& report, SplitCommands commands, const std::string& head) {
  const SplitPlan& split = report.split;
  if (split.groups.empty()) {
    return "";
  }
  const bool recommended = split.recommended;
  std::string text =
      recommended ? fmt::format("#### Split it into {}\n\n",
                                counted(static_cast<long>(split.groups.size()), "pull request"))
                  : std::string("#### This reviews well as it is\n\n");
  for (const std::string& reason : split.reasons) {
    text += "- " + neutralize(shortened(reason, 300)) + "\n";
  }
  text += split.reasons.empty() ? "" : "\n";
  if (!recommended) {
    return text;
  }
  std::map<std::string, std::size_t> places;
  for (std::size_t i = 0; i < split.groups.size(); ++i) {
    places.emplace(split.groups[i].id, i + 1);
  }
  text += "| Merge | Group | Files | Lines | Domain | Findings | After "
          "|\n|--:|---|--:|---|---|---|---|\n";
  for (std::size_t i = 0; i < split.groups.size() && i < k_max_rows; ++i) {
    text += split_row(split.groups[i], i + 1, places, report);
  }
  text += more_rows(split.groups.size()) + "\n";
  return text + (commands == SplitCommands::shown ? split_commands(report, head) : "");
}

std::string domains_table(const Report& report) {
  if (report.domains.empty()) {
    return "";
  }
  std::string table = "#### What it is about\n\n| Domain | Hunks | Lines |\n|---|--:|---|\n";
  for (std::size_t i = 0; i < report.domains.size() && i < k_max_rows; ++i) {
    const DomainCount& domain = report.domains[i];
    table +=
        fmt::format("| {} | {} | +{} −{} |\n", neutralize(shortened(domain.name, 60)),
                    grouped(domain.hunks), grouped(domain.additions), grouped(domain.deletions));
  }
  return table + more_rows(report.domains.size()) + "\n";
}

std::string place_span(const Finding& finding) {
  const std::string name = shortened(finding.path, k_path_characters);
  return code_span(finding.line > 0 ? fmt::format("{}:{}", name, finding.line) : name);
}

std::string paragraphs(std::string_view text) {
  std::string made;
  for (const std::string_view line : split_lines(text)) {
    if (!trim(line).empty()) {
      made += neutralize(trim(line)) + "\n\n";
    }
  }
  return made;
}

std::string reasons_details(const Finding& finding) {
  if (finding.reasons.empty()) {
    return "";
  }
  std::string text = "<details><summary>Why leadline says so</summary>\n\n";
  for (const std::string& reason : finding.reasons) {
    text += "- " + neutralize(shortened(reason, 500)) + "\n";
  }
  return text + "\n</details>\n\n";
}

std::string source_links(const Finding& finding) {
  std::string text;
  for (const std::string& reference : finding.references) {
    if (reference.rfind("https://", 0) == 0 && is_address(reference)) {
      text += fmt::format(" - [source]({})", reference);
    }
  }
  return text;
}

} // namespace leadline
