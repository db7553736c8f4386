#pragma once

#include "analyzers/settings/flow.hpp"
#include "analyzers/settings/scan.hpp"

#include <optional>
#include <string_view>
#include <vector>

namespace leadline {

bool is_flow_opening(char c); // '{', '['
bool is_flow_closing(char c);
bool is_flow_quote(char c);

// Where a reader of flow syntax stands in the text, and what is written there: words, quotes,
// comments and the marks of templates, which end none of these. It knows nothing of nesting.
class FlowCursor {
public:
  // Ends before the first line at `stop_indent` columns or less (flow.hpp); keeps a reference to
  // the lines.
  FlowCursor(const TextLines& lines, FlowPosition from, const FlowSyntax& syntax, int stop_indent);

  bool done() const { return m_done; }
  void end() { m_done = true; }
  FlowPosition position() const { return m_at; }
  std::string_view line() const;
  int number() const { return m_lines[m_at.line].number; } // of the line, in the file
  std::size_t column() const { return m_at.column; }
  void move_to(std::size_t column) { m_at.column = column; }
  void step() { ++m_at.column; }
  void next_line();

  // Past a comment, blank, comma or template statement that starts here; false when none does.
  // `value_expected`: "<%= x %>" is a value then, no statement.
  bool skip_blank(bool value_expected);
  // Past one byte, or a text in quotes.
  void skip_text();
  // Past the template expression that starts here; the same column when none does.
  std::size_t past_mark() const { return m_marks.skip(m_at.column); }

  enum class Expected { key, value };
  // The text in quotes or the plain word here, and past it.
  Scanned scan(Expected expected);

  // "[a, b]": scalars between the brackets that open and close on this line, and past it. Nothing
  // is read where it holds more than scalars.
  struct ShortList {
    std::string_view whole;
    std::vector<std::string_view> items;
  };
  std::optional<ShortList> short_list();

private:
  void skip_block_comment();
  std::size_t quote_end(std::string_view text, std::size_t start) const;
  bool is_separator(std::string_view text, std::size_t at) const;
  bool comment_at(std::string_view text, std::size_t at) const;
  SingleQuotes single_quotes() const {
    return m_syntax.yaml ? SingleQuotes::doubled : SingleQuotes::escaped;
  }

  const TextLines& m_lines;
  FlowPosition m_at;
  FlowSyntax m_syntax;
  int m_stop_indent;
  TemplateMarks m_marks;
  bool m_done = false;
};

} // namespace leadline
