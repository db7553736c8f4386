#pragma once

#include "analyzers/report.hpp"

#include <string>

// Pieces of Markdown that GitHub's comments, checks and the Markdown report are made of. Each one
// is either empty or ends in an empty line; all text from outside is neutralised and shortened, and
// lists end after so many rows, saying how many are left out, so that no piece can outgrow a
// comment.
namespace leadline {

// Where findings link to; without a repository they do not.
struct MarkdownLinks {
  std::string web_url;    // "https://github.com"
  std::string repository; // "owner/name"
  int pull_number = 0;
  std::string whole = {}; // Markdown: where the rows are that a list leaves out; "" nowhere
};

std::string severity_icon(Severity severity);
std::string conclusion_words(Conclusion conclusion); // "Passed", "Failed", "Action required"

std::string findings_table(const Report& report, const MarkdownLinks& links);
// What was not analysed, and why.
std::string skipped_list(const Report& report, const MarkdownLinks& links);
std::string domains_table(const Report& report, const MarkdownLinks& links);

// "and 12 more: [the whole report](...)", of a list that shows `shown` of `all`; "" when it shows
// them all.
std::string left_out(std::size_t all, std::size_t shown, const std::string& whole);

// The file as a link to the pull request's diff; its name alone where there is none.
std::string file_link(const std::string& path, const MarkdownLinks& links);
// "`path:line`", or the path alone.
std::string place_span(const Finding& finding);
// `text` by its lines: an empty line parts paragraphs.
std::string paragraphs(std::string_view text);
// The finding's reasons, folded.
std::string reasons_details(const Finding& finding);
// " - [source](https://...)" for each reference that is a plain https address.
std::string source_links(const Finding& finding);

} // namespace leadline
