#include "app/render/markdown_parts.hpp"

#include "app/render/neutralize.hpp"
#include "app/render/words.hpp"
#include "base/digest.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

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

// GitHub's anchor of a file in a pull request's diff.
std::string file_address(const std::string& path, const MarkdownLinks& links) {
  if (!is_address(links.repository) || !is_address(links.web_url) || links.pull_number <= 0) {
    return "";
  }
  return fmt::format("{}/{}/pull/{}/files#diff-{}", links.web_url, links.repository,
                     links.pull_number, sha256_hex(path));
}

std::string line_address(const Finding& finding, const MarkdownLinks& links) {
  const std::string file = file_address(finding.path, links);
  return file.empty() || finding.line <= 0
             ? ""
             : fmt::format("{}{}{}", file, finding.side == Side::head ? "R" : "L", finding.line);
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

std::string more_rows(std::size_t all, const MarkdownLinks& links) {
  const std::string more = left_out(all, k_max_rows, links.whole);
  return more.empty() ? more : "\n_" + more + "_\n";
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
        fmt::format("| {}&nbsp;{}<br>{} | {} | {} | {} |\n", severity_icon(finding.severity),
                    name_of(finding.severity), table_code(finding.id), place_cell(finding, links),
                    change_cell(finding), neutralize(shortened(finding.title, k_title_characters)));
  }
  return table + more_rows(report.findings.size(), links) + "\n";
}

std::string skipped_list(const Report& report, const MarkdownLinks& links) {
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
    list += "- " + left_out(skipped.size(), k_max_skipped, links.whole) + "\n";
  }
  return list + "\n";
}

std::string domains_table(const Report& report, const MarkdownLinks& links) {
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
  return table + more_rows(report.domains.size(), links) + "\n";
}

std::string left_out(std::size_t all, std::size_t shown, const std::string& whole) {
  return all <= shown ? ""
                      : fmt::format("and {} more{}", grouped(static_cast<long>(all - shown)),
                                    whole.empty() ? "" : ": " + whole);
}

std::string file_link(const std::string& path, const MarkdownLinks& links) {
  const std::string address = file_address(path, links);
  const std::string name = code_span(shortened(path, k_path_characters));
  return address.empty() ? name : fmt::format("[{}]({})", name, address);
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
