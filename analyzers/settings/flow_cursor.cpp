#include "analyzers/settings/flow_cursor.hpp"

#include "base/text.hpp"

namespace leadline {

bool is_flow_opening(char c) { return c == '{' || c == '['; }
bool is_flow_closing(char c) { return c == '}' || c == ']'; }
bool is_flow_quote(char c) { return c == '"' || c == '\''; }

FlowCursor::FlowCursor(const TextLines& lines, FlowPosition from, const FlowSyntax& syntax,
                       int stop_indent)
    : m_lines(lines), m_at(from), m_syntax(syntax), m_stop_indent(stop_indent), m_marks(line()) {}

std::string_view FlowCursor::line() const {
  return m_at.line < m_lines.size() ? m_lines[m_at.line].text : std::string_view{};
}

void FlowCursor::next_line() {
  ++m_at.line;
  m_at.column = 0;
  if (m_at.line >= m_lines.size()) {
    m_done = true;
    return;
  }
  const std::string_view text = line();
  const std::size_t indent = indent_of(text);
  if (m_stop_indent >= 0 && indent < text.size() &&
      static_cast<std::ptrdiff_t>(indent) <= m_stop_indent && !is_flow_closing(text[indent])) {
    m_done = true;
    return;
  }
  m_marks = TemplateMarks(text);
}

// Past a comment over several lines.
void FlowCursor::skip_block_comment() {
  m_at.column += 2;
  while (!m_done) {
    const std::size_t end = line().find("*/", m_at.column);
    if (end != std::string_view::npos) {
      m_at.column = end + 2;
      return;
    }
    next_line();
  }
}

bool FlowCursor::skip_blank(bool value_expected) {
  const std::string_view text = line();
  const char c = text[m_at.column];
  const std::string_view two = text.substr(m_at.column, 2);
  const bool value = two == "<%" && value_expected && text.substr(m_at.column, 3) == "<%=";
  if (is_blank(c) || c == ',' || c == '\f') {
    ++m_at.column;
  } else if ((m_syntax.slash_comments && two == "//") || (m_syntax.hash_comments && c == '#')) {
    m_at.column = text.size();
  } else if (m_syntax.slash_comments && two == "/*") {
    skip_block_comment();
  } else if ((two == "{%" || two == "{#" || (two == "<%" && !value)) &&
             past_mark() != m_at.column) {
    m_at.column = past_mark();
  } else {
    return false;
  }
  return true;
}

void FlowCursor::skip_text() {
  const std::string_view text = line();
  if (is_flow_quote(text[m_at.column])) {
    const std::size_t end = closing_quote(text, m_at.column, SingleQuotes::escaped);
    m_at.column = end == std::string_view::npos ? text.size() : end + 1;
  } else {
    ++m_at.column;
  }
}

// Quotes inside a template expression end nothing: "{{ grains["ip"] }}".
std::size_t FlowCursor::quote_end(std::string_view text, std::size_t start) const {
  const std::size_t end = closing_quote(text, start, single_quotes());
  for (std::size_t i = start + 1; end != std::string_view::npos && i < end;) {
    const std::size_t past = text[i] == '{' || text[i] == '<' ? m_marks.skip(i) : i;
    if (past > end) {
      const std::size_t later = text.find(text[start], past);
      return later == std::string_view::npos ? end : later;
    }
    i = past == i ? i + 1 : past;
  }
  return end;
}

Scanned FlowCursor::scan(Expected expected) {
  const std::string_view text = line();
  const std::size_t start = m_at.column;
  if (is_flow_quote(text[start]) || text[start] == '`') {
    const std::size_t end = quote_end(text, start);
    if (end != std::string_view::npos) {
      m_at.column = end + 1;
      return {text.substr(start + 1, end - start - 1), ValueSyntax::quoted};
    }
    m_at.column = text.size();
    std::string_view rest = trim(text.substr(start + 1));
    if (!rest.empty() && rest.back() == ',') {
      rest.remove_suffix(1);
    }
    return {rest, ValueSyntax::quoted};
  }
  std::size_t i = start;
  while (i < text.size()) {
    if (const std::size_t past = m_marks.skip(i); past != i) {
      i = past;
      continue;
    }
    const char c = text[i];
    if (c == ',' || is_flow_closing(c) || (expected == Expected::key && is_separator(text, i)) ||
        comment_at(text, i)) {
      break;
    }
    ++i;
  }
  m_at.column = i;
  return {trim(text.substr(start, i - start)), ValueSyntax::plain};
}

std::optional<FlowCursor::ShortList> FlowCursor::short_list() {
  const std::string_view text = line();
  ShortList list;
  std::size_t start = m_at.column + 1;
  std::size_t i = start;
  for (; i < text.size() && text[i] != ']'; ++i) {
    const std::size_t past = m_marks.skip(i);
    if (past != i) {
      i = past - 1;
    } else if (is_flow_opening(text[i])) {
      return std::nullopt;
    } else if (is_flow_quote(text[i]) && trim(text.substr(start, i - start)).empty()) {
      const std::size_t end = closing_quote(text, i, single_quotes());
      if (end == std::string_view::npos) {
        return std::nullopt;
      }
      i = end;
    } else if (text[i] == ',') {
      list.items.push_back(trim(text.substr(start, i - start)));
      start = i + 1;
    }
  }
  if (i >= text.size()) {
    return std::nullopt;
  }
  list.items.push_back(trim(text.substr(start, i - start)));
  list.whole = text.substr(m_at.column, i + 1 - m_at.column);
  m_at.column = i + 1;
  return list;
}

bool FlowCursor::is_separator(std::string_view text, std::size_t at) const {
  if (text[at] != m_syntax.separator) {
    return false;
  }
  return !m_syntax.yaml || at + 1 >= text.size() || is_blank(text[at + 1]) || text[at + 1] == ',' ||
         is_flow_opening(text[at + 1]) || is_flow_closing(text[at + 1]);
}

bool FlowCursor::comment_at(std::string_view text, std::size_t at) const {
  const bool after_blank = at > 0 && is_blank(text[at - 1]);
  if (m_syntax.hash_comments && text[at] == '#') {
    return after_blank;
  }
  const std::string_view two = text.substr(at, 2);
  return m_syntax.slash_comments && (two == "/*" || (two == "//" && after_blank));
}

} // namespace leadline
