#pragma once

#include <string>
#include <string_view>

// Text from outside (a diff, a path, a branch name), made harmless for where it is shown.
// Everywhere: bytes that are not UTF-8 become U+FFFD; control, bidirectional, zero-width and other
// invisible characters become visible as "[U+202E]", so that what is read is what is there
// (https://trojansource.codes).
namespace leadline {

// One line of plain text: for a terminal, a check's title, a log. '\n', '\r' and '\t' become a
// space.
std::string visible(std::string_view text);

// Inside a Markdown paragraph, list item or table cell: no markup, HTML, link, e-mail, @mention, #1
// or GH-1 reference, commit id, emoji or formula comes of it. GitHub looks for some of these after
// Markdown is done
// (https://docs.github.com/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls),
// so they are broken up by U+2060 WORD JOINER. One line.
std::string neutralize(std::string_view text);

// As a code span, outside of tables; an empty text is shown as "(empty)".
std::string code_span(std::string_view text);

// As a code span that may stand in a table cell.
std::string table_code(std::string_view text);

// A fenced block of code with the info word `info`, lines kept; the fence is longer than any
// inside. Ends without '\n'.
std::string code_block(std::string_view text, std::string_view info);

// True when every character shows as itself: visible() would change nothing but '\t'.
bool is_plain(std::string_view text);

} // namespace leadline
