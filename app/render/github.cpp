#include "app/render/github.hpp"

#include "app/render/markdown_parts.hpp"
#include "app/render/split_markdown.hpp"
#include "app/render/utf8.hpp"
#include "app/render/words.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace leadline {
namespace {

constexpr std::size_t k_check_limit = 65'535;
constexpr std::size_t k_body_limit = 65'536;
constexpr std::size_t k_max_acknowledged = 40;
constexpr const char* k_cut_notice =
    "\n\n_Cut here: GitHub takes no more. `leadline analyze` prints the whole report._\n";
constexpr std::size_t k_notice_room = 1'500; // characters: of cut_with_notice()'s own words
constexpr std::size_t k_named_sections = 5;

const std::string k_retired = std::string(k_sticky_marker) + "\n**leadline**: nothing left to say.";

std::string short_sha(const std::string& sha) { return sha.substr(0, 10); }

std::string of_commit(const RunContext& run) {
  std::string text = "commit " + code_span(short_sha(run.head_sha));
  if (!run.reason.empty()) {
    text += " (" + neutralize(shortened(run.reason, 100)) + ")";
  }
  return text;
}

std::string footer(const Report& report, const RunContext& run) {
  return fmt::format("<sub>leadline {} for {}. Comment `/leadline rerun` to run it again.</sub>\n",
                     coverage_sentence(report.coverage), of_commit(run));
}

MarkdownLinks links_of(const Report& report, const RunContext& run) {
  return {run.web_url, run.repository, run.pull_number, whole_report(report, run)};
}

// What a text that was cut leaves open would swallow what follows.
std::string closing_of(const std::string& kept) {
  bool fence = false;
  int details = 0;
  for (const std::string_view line : split_lines(kept)) {
    fence = line.starts_with("```") ? !fence : fence;
    details += line.starts_with("<details>") ? 1 : 0;
    details -= line.starts_with("</details>") ? 1 : 0;
  }
  std::string closing = fence ? "```\n" : "";
  for (; details > 0; --details) {
    closing += "\n</details>\n";
  }
  return closing;
}

// The headings in what was left out, in our own words.
std::string sections_in(const std::string& dropped) {
  std::string names;
  std::size_t found = 0;
  for (const std::string_view line : split_lines(dropped)) {
    if (line.starts_with("#### ") && ++found <= k_named_sections) {
      names += (names.empty() ? "" : ", ") + std::string(line.substr(5));
    }
  }
  return names.empty() ? names : fmt::format(", with: {}", names);
}

// At most `limit` characters, and what is missing is said, with where it is.
std::string cut_with_notice(const std::string& text, std::size_t limit, const std::string& whole) {
  if (count_characters(text) <= limit) {
    return text;
  }
  std::string kept = cut(text, limit - k_notice_room - count_characters(whole), "");
  const std::string dropped = text.substr(kept.size());
  kept += kept.ends_with('\n') ? "" : "\n";
  const auto lines = static_cast<long>(split_lines(dropped).size());
  return kept + closing_of(kept) +
         fmt::format("\n\n**Cut here, GitHub takes no more**: {} missing{}. {}\n",
                     lines == 1 ? "1 line is" : grouped(lines) + " lines are",
                     shortened(sections_in(dropped), 500), whole);
}

std::string verdict_text(const Report& report) {
  std::string text;
  for (const std::string& reason : report.verdict.reasons) {
    text += "- " + neutralize(shortened(reason, 500)) + "\n";
  }
  return text;
}

std::string acknowledged_section(const RunContext& run, const std::string& whole) {
  if (run.acknowledged.empty()) {
    return "";
  }
  std::string text =
      fmt::format("**Acknowledged: {}.** Somebody has said that it is meant, so it does not "
                  "block.\n\n| Finding | Where | By | Why |\n|---|---|---|---|\n",
                  counted(static_cast<long>(run.acknowledged.size()), "finding"));
  for (std::size_t i = 0; i < run.acknowledged.size() && i < k_max_acknowledged; ++i) {
    const ShownAcknowledgement& each = run.acknowledged[i];
    const std::string until =
        each.until.empty() ? "" : fmt::format("<br>until {}", neutralize(each.until));
    text += fmt::format("| {}&nbsp;{} {}<br>{} | {} | {}<br>on {}{} | {} |\n",
                        severity_icon(each.finding.severity), name_of(each.finding.severity),
                        neutralize(shortened(each.finding.title, 200)), table_code(each.finding.id),
                        table_code(shortened(each.finding.path, 100)), table_code(each.by),
                        neutralize(each.at), until, neutralize(shortened(each.reason, 300)));
  }
  if (run.acknowledged.size() > k_max_acknowledged) {
    text += "\n_" + left_out(run.acknowledged.size(), k_max_acknowledged, whole) + "_\n";
  }
  return text + "\n";
}

std::string headline_of(const Report& report, const RunContext& run) {
  const std::string count =
      run.acknowledged.empty() ? "" : fmt::format("{} acknowledged", run.acknowledged.size());
  if (report.findings.empty() && report.coverage.complete() && !count.empty() &&
      report.verdict.conclusion == Conclusion::success) {
    return count + ", nothing else found";
  }
  return count.empty() ? headline(report) : headline(report) + "; " + count;
}

bool suggestion_is_valid(const Finding& finding) {
  return finding.side == Side::head && finding.line > 0 && !finding.suggestion.empty() &&
         finding.suggestion.find_first_of("\r\n") == std::string::npos &&
         is_plain(finding.suggestion);
}

} // namespace

std::string whole_report(const Report& report, const RunContext& run) {
  if (!run.report_url.empty()) {
    return fmt::format("[The whole report]({})", run.report_url);
  }
  const auto is_id = [](const std::string& text) {
    return !text.empty() && text.find_first_not_of("0123456789abcdef") == std::string::npos;
  };
  const std::string& base = report.range.merge_base;
  const std::string range =
      is_id(base) && is_id(run.head_sha) ? " " + base + ".." + run.head_sha : "";
  return "`leadline analyze" + range + "` prints all";
}

CheckTexts check_texts(const Report& report, const RunContext& run) {
  CheckTexts texts;
  const MarkdownLinks links = links_of(report, run);
  texts.title = headline_of(report, run);
  std::string summary =
      fmt::format("**{}** - {}, {}.\n\n", conclusion_words(report.verdict.conclusion),
                  coverage_sentence(report.coverage), of_commit(run));
  if (const std::string reasons = verdict_text(report); !reasons.empty()) {
    summary += reasons + "\n";
  }
  summary += findings_table(report, links);
  summary += acknowledged_section(run, links.whole);
  summary += skipped_list(report, links);
  summary += run.notes;
  texts.summary = cut_with_notice(summary, k_check_limit, links.whole);

  std::string text =
      split_section(report, SplitCommands::shown, run.head_sha, run.pull_number, links.whole);
  text += domains_table(report, links);
  texts.text = cut_with_notice(text, k_check_limit, links.whole);
  return texts;
}

std::optional<std::string> sticky_comment(const Report& report, const RunContext& run) {
  if (report.findings.empty() && !report.split.recommended && report.coverage.complete() &&
      run.acknowledged.empty() && report.verdict.conclusion == Conclusion::success) {
    return std::nullopt;
  }
  const MarkdownLinks links = links_of(report, run);
  std::string body = std::string(k_sticky_marker) + "\n";
  body += "### leadline: " + neutralize(headline_of(report, run)) + "\n\n";
  if (report.findings.empty() && run.acknowledged.empty()) {
    body += verdict_text(report) + "\n";
  }
  body += findings_table(report, links);
  body += acknowledged_section(run, links.whole);
  body += skipped_list(report, links);
  if (report.split.recommended) {
    body += split_section(report, SplitCommands::shown, run.head_sha, run.pull_number, links.whole);
  }
  body += footer(report, run);
  return comment_body(body, links.whole);
}

std::string retired_comment(const RunContext& run) {
  return fmt::format("{} What stood here is settled as of {}.\n", k_retired, of_commit(run));
}

bool is_retired_comment(const std::string& body) { return body.starts_with(k_retired); }

std::string explanation(const Finding& finding) {
  std::string body =
      fmt::format("**{} {}: {}**\n\n", severity_icon(finding.severity), name_of(finding.severity),
                  neutralize(shortened(finding.title, 300)));
  body += paragraphs(finding.message);
  if (std::string burial = burial_sentence(finding); !burial.empty()) {
    burial.front() = 'D';
    body += "_" + neutralize(burial) + "._\n\n";
  }
  body += reasons_details(finding);
  return body + fmt::format("<sub>rule {} - finding {}{}</sub>\n", code_span(finding.rule),
                            code_span(finding.id), source_links(finding));
}

std::string inline_comment(const Finding& finding) {
  const std::string whole = explanation(finding);
  const std::size_t last = whole.rfind("<sub>");
  const std::string body = whole.substr(0, last);
  const std::string marker = whole.substr(last) + finding_marker(finding.id) + "\n";
  std::string suggestion;
  if (suggestion_is_valid(finding)) {
    suggestion = code_block(finding.suggestion, "suggestion") + "\n\n";
  }
  // What is cut is the middle: the suggestion and the marker have to stay whole.
  const std::size_t fixed = count_characters(suggestion) + count_characters(marker);
  if (fixed + 1000 > k_body_limit) {
    return cut(body, k_body_limit - count_characters(marker), k_cut_notice) + marker;
  }
  return cut(body, k_body_limit - fixed, k_cut_notice) + suggestion + marker;
}

std::string finding_marker(const std::string& finding_id) {
  return "<!-- leadline:finding " + finding_id + " -->";
}

std::string comment_body(const std::string& text, const std::string& whole) {
  return cut_with_notice(text, k_body_limit, whole);
}

std::string cut(const std::string& text, std::size_t limit, const std::string& notice) {
  if (count_characters(text) <= limit) {
    return text;
  }
  const std::size_t notice_characters = count_characters(notice);
  const std::size_t kept_characters = limit > notice_characters ? limit - notice_characters : 0;
  std::size_t end = 0;
  for (std::size_t i = 0; i < kept_characters; ++i) {
    next_character(text, end);
  }
  std::string kept = text.substr(0, end);
  // Half a table row or half an escape would read as something else.
  const std::size_t line = kept.rfind('\n');
  if (line != std::string::npos && line > end / 2) {
    kept.resize(line + 1);
  }
  return kept + (limit >= notice_characters ? notice : "");
}

} // namespace leadline
