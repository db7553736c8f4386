#include "app/render/markdown.hpp"

#include "app/render/markdown_parts.hpp"
#include "app/render/neutralize.hpp"
#include "app/render/split_markdown.hpp"
#include "app/render/words.hpp"

#include <fmt/format.h>

namespace leadline {
namespace {

std::string finding_section(const Finding& finding) {
  std::string text =
      fmt::format("#### {} {}: {}\n\n", severity_icon(finding.severity), name_of(finding.severity),
                  neutralize(shortened(finding.title, 300)));
  text += place_span(finding);
  if (const std::string burial = burial_sentence(finding); !burial.empty()) {
    text += ", " + neutralize(burial);
  }
  text += ".\n\n" + paragraphs(finding.message) + reasons_details(finding);
  if (!finding.suggestion.empty() && is_plain(finding.suggestion)) {
    text += "To put it back:\n\n" + code_block(finding.suggestion, "text") + "\n\n";
  }
  return text + fmt::format("<sub>rule {} - finding `{}`{}</sub>\n\n", code_span(finding.rule),
                            finding.id, source_links(finding));
}

} // namespace

std::string render_markdown(const Report& report) {
  std::string text =
      fmt::format("### leadline: {}\n\n**{}** - {}.\n\n", neutralize(headline(report)),
                  conclusion_words(report.verdict.conclusion), coverage_sentence(report.coverage));
  for (const std::string& reason : report.verdict.reasons) {
    text += "- " + neutralize(shortened(reason, 500)) + "\n";
  }
  text += report.verdict.reasons.empty() ? "" : "\n";
  MarkdownLinks links;
  links.whole = "`--format json` has all";
  text += findings_table(report, links);
  std::size_t remarks = 0;
  for (std::size_t i = 0; i < report.findings.size(); ++i) {
    remarks += report.findings[i].severity == Severity::low ? 1 : 0;
    if (i < k_full_findings && remarks <= k_full_remarks) {
      text += finding_section(report.findings[i]);
    }
  }
  text += skipped_list(report, links);
  text += split_section(report, SplitCommands::shown, report.range.head, 0, links.whole);
  text += domains_table(report, links);
  text.pop_back(); // each part ends in an empty line; a file ends in '\n'
  return text;
}

} // namespace leadline
