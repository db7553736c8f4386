#pragma once

#include "analyzers/report.hpp"
#include "app/render/neutralize.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace leadline {

// What GitHub shows of a report, within its limits: summary and text 65,535 characters, bodies
// 65,536 (https://docs.github.com/rest/checks/runs, https://docs.github.com/rest/issues/comments).
// Text that comes from the diff is neutralised: no mentions, references, HTML, links or broken code
// spans. What is cut is said, with where the whole is.
struct CheckTexts {
  std::string title;
  std::string summary;
  std::string text; // may be empty
};

// A finding that somebody has said to be meant.
struct ShownAcknowledgement {
  Finding finding;
  std::string by; // login
  std::string at; // ISO 8601
  std::string reason;
  std::string until; // ISO 8601; "" without end
};

struct RunContext {
  std::string repository; // "owner/name"
  int pull_number = 0;
  std::string head_sha;
  std::string reason;                         // why this run: "opened", "rerun by octocat"
  std::string web_url = "https://github.com"; // of the host that people open, without a last '/'
  std::vector<ShownAcknowledgement> acknowledged; // not among the report's findings
  std::string notes; // Markdown for the check's summary: what else there is to say of the run
  std::string report_url = {}; // of the page that has all of it; "" without one
};

// Where all of a report is, in Markdown: its page, or the command that prints it.
std::string whole_report(const Report& report, const RunContext& run);

CheckTexts check_texts(const Report& report, const RunContext& run);

// Body of the one comment that is edited in place; starts with a hidden marker by which it is found
// again. nullopt when there is nothing to say.
std::optional<std::string> sticky_comment(const Report& report, const RunContext& run);
inline constexpr const char* k_sticky_marker = "<!-- leadline:sticky -->";

// What the sticky comment becomes when nothing is left to say: one line. A body that is one already
// needs no edit, whichever run wrote it.
std::string retired_comment(const RunContext& run);
bool is_retired_comment(const std::string& body);

// Body of the comment on the finding's line, with a suggestion block where one is valid (only on
// added lines of the head); ends with a hidden marker that holds the finding's id.
std::string inline_comment(const Finding& finding);
// What there is to say about a finding, without marker and suggestion.
std::string explanation(const Finding& finding);
std::string finding_marker(const std::string& finding_id); // "<!-- leadline:finding LL-... -->"

// A comment of at most the 65,536 characters that GitHub takes; what is cut leaves no code block or
// section open and is said, with where the `whole` is.
std::string comment_body(const std::string& text, const std::string& whole);

// At most `limit` Unicode characters, cut at a line where possible, ending in `notice` when cut.
std::string cut(const std::string& text, std::size_t limit, const std::string& notice);

} // namespace leadline
