#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// One line of a file, or of a block of text inside one (then without the block's indentation).
struct TextLine {
  std::string_view text; // without '\n' and '\r'; memory of the text it was made from
  int number = 0;        // in the file, 1-based
};

using TextLines = std::vector<TextLine>;

// The lines of `text`, numbered from 1; without a byte order mark.
TextLines text_lines(std::string_view text);

// A text some of whose lines end with '\r' alone, as old Macs wrote them and as many programs still
// read them (https://docs.python.org/3/glossary.html#term-universal-newlines). To git all of them
// up to the next '\n' are one line, and a change of one is a change of that line.
class ReturnedLines {
public:
  explicit ReturnedLines(std::string_view text);

  bool any() const { return !m_numbers.empty(); }          // else there is nothing below
  const std::string& text() const { return m_text; }       // with '\n' after each of them
  int number(int line) const;                              // git's number of a line of text()
  std::set<int> lines(const std::set<int>& numbers) const; // of text(), of git's lines

private:
  std::string m_text;
  std::vector<int> m_numbers;
};

// Joined with '\n', for readers that want one text.
std::string joined(const TextLines& lines);

// Leading blanks; a tab counts as one.
std::size_t indent_of(std::string_view line);

// Empties the lines of template comments and statements that span several lines ({{/* ... */}}, {#
// #},
// {% %}, <% %>), so that what is left can be read line by line.
void blank_template_blocks(TextLines& lines);

// A line of template marks alone: "{{- if .Values.x }}", "{% endif %}", "<% end -%>".
bool is_template_only(std::string_view line);

// Finds template expressions ({{ }}, {% %}, {# #}, <% %>, ${ }) in one line; linear over a whole
// line.
class TemplateMarks {
public:
  explicit TemplateMarks(std::string_view line);

  // Past the expression that starts at `at`; `at` when none does or it is not closed on this line.
  std::size_t skip(std::size_t at) const;

private:
  std::string_view m_line;
  bool m_any = false;
  // Last place of each closing mark, so that an open mark without one costs nothing; npos when
  // absent.
  std::size_t m_last_braces = 0, m_last_percent = 0, m_last_hash = 0, m_last_erb = 0,
              m_last_brace = 0;
};

} // namespace leadline
