#include "analyzers/settings/flow.hpp"

#include "analyzers/settings/scan.hpp"
#include "base/text.hpp"

#include <string>
#include <utility>
#include <vector>

namespace leadline {
namespace {

constexpr std::size_t k_deepest = 256; // brackets below this depth are only counted

bool is_opening(char c) { return c == '{' || c == '['; }
bool is_closing(char c) { return c == '}' || c == ']'; }
bool is_quote(char c) { return c == '"' || c == '\''; }

// A list item that says more than its place: a flag or an assignment.
bool speaks_for_itself(std::string_view item) {
  return item.size() > 1 && (item.front() == '-' || item.find('=') != std::string_view::npos);
}

class FlowReader {
public:
  FlowReader(const TextLines& lines, FlowPosition from, const FlowSyntax& syntax, SettingTree& tree,
             const FlowTarget& target, int stop_indent)
      : m_lines(lines), m_at(from), m_syntax(syntax), m_tree(tree), m_target(target),
        m_stop_indent(stop_indent), m_marks(line()) {}

  FlowPosition read() {
    do {
      step();
    } while (!m_done && (!m_open.empty() || m_beyond > 0));
    while (!m_open.empty()) {
      close_top();
    }
    return m_at;
  }

private:
  struct Open {
    bool map = false;
    bool empty = true;
    SettingTree::Place place = 0; // of the mapping or list
    FlowTarget target;            // what it hangs on; the key's text is in `own_key`
    std::string own_key;
    int line = 0;
    std::string key; // read, waiting for its value
    bool has_key = false;
    int key_line = 0;
  };

  std::string_view line() const {
    return m_at.line < m_lines.size() ? m_lines[m_at.line].text : std::string_view{};
  }
  int number() const { return m_lines[m_at.line].number; }

  void next_line() {
    ++m_at.line;
    m_at.column = 0;
    if (m_at.line >= m_lines.size()) {
      m_done = true;
      return;
    }
    const std::string_view text = line();
    const std::size_t indent = indent_of(text);
    if (m_stop_indent >= 0 && indent < text.size() &&
        static_cast<std::ptrdiff_t>(indent) <= m_stop_indent && !is_closing(text[indent])) {
      m_done = true;
      return;
    }
    m_marks = TemplateMarks(text);
  }

  // Past a comment over several lines.
  void skip_block_comment() {
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

  void step() {
    const std::string_view text = line();
    if (m_at.column >= text.size()) {
      next_line();
      return;
    }
    const char c = text[m_at.column];
    const std::string_view two = text.substr(m_at.column, 2);
    if (is_blank(c) || c == ',' || c == '\f') {
      ++m_at.column;
    } else if (m_syntax.slash_comments && two == "//") {
      m_at.column = text.size();
    } else if (m_syntax.slash_comments && two == "/*") {
      skip_block_comment();
    } else if (m_syntax.hash_comments && c == '#') {
      m_at.column = text.size();
    } else if ((two == "{%" || two == "{#" || (two == "<%" && !is_value_expression(text))) &&
               m_marks.skip(m_at.column) != m_at.column) {
      m_at.column = m_marks.skip(m_at.column);
    } else if (is_opening(c) && m_marks.skip(m_at.column) == m_at.column) {
      open(c);
    } else if (is_closing(c)) {
      close(c);
    } else if (m_beyond > 0) {
      skip_text();
    } else {
      read_text();
    }
  }

  // <%= x %> where a value belongs is the value.
  bool is_value_expression(std::string_view text) const {
    return text.substr(m_at.column, 3) == "<%=" && m_beyond == 0 && !m_open.empty() &&
           (!m_open.back().map || m_open.back().has_key);
  }

  // Below the depth that is read.
  void skip_text() {
    const std::string_view text = line();
    if (is_quote(text[m_at.column])) {
      const std::size_t end = closing_quote(text, m_at.column, SingleQuotes::escaped);
      m_at.column = end == std::string_view::npos ? text.size() : end + 1;
    } else {
      ++m_at.column;
    }
  }

  // What a value that starts here hangs on.
  FlowTarget target_here() {
    if (m_open.empty()) {
      return m_target;
    }
    Open& top = m_open.back();
    top.empty = false;
    if (!top.map) {
      return {top.place, {}, true};
    }
    // In a mapping without a key ("{ [1] }"): the mapping itself.
    top.has_key = false;
    return {top.place, top.key, false};
  }

  void open(char c) {
    if (m_open.size() >= k_deepest) {
      m_tree.leave_unread();
      ++m_beyond;
      ++m_at.column;
      return;
    }
    const FlowTarget target = target_here();
    if (c == '[' && read_short_list(target)) {
      return;
    }
    Open opened;
    opened.map = c == '{';
    opened.target = target;
    opened.own_key = std::string(target.key);
    opened.line = number();
    if (target.list_item) {
      opened.place = m_tree.item(target.place);
    } else if (!target.key.empty()) {
      opened.place = m_tree.child(target.place, target.key);
    } else {
      opened.place = target.place;
    }
    m_open.push_back(std::move(opened));
    ++m_at.column;
  }

  void close(char c) {
    ++m_at.column;
    if (m_beyond > 0) {
      --m_beyond;
      return;
    }
    // A closing bracket of the other kind closes what it fits, if that is near; else it is a stray.
    const bool map = c == '}';
    for (std::size_t depth = 1; depth <= m_open.size() && depth <= 3; ++depth) {
      if (m_open[m_open.size() - depth].map == map) {
        while (depth-- > 0) {
          close_top();
        }
        return;
      }
    }
    if (m_open.empty()) {
      m_done = true;
    }
  }

  void close_top() {
    flush_key();
    const Open closed = std::move(m_open.back());
    m_open.pop_back();
    if (closed.empty) {
      FlowTarget target = closed.target;
      target.key = closed.own_key;
      add(target, {closed.map ? "{}" : "[]", closed.map ? ValueSyntax::plain : ValueSyntax::list,
                   closed.line, closed.line});
    }
  }

  // A key that got no value.
  void flush_key() {
    Open& top = m_open.back();
    if (top.has_key) {
      top.has_key = false;
      top.empty = false;
      m_tree.add(top.place, top.key, {{}, ValueSyntax::plain, top.key_line, top.key_line});
    }
  }

  void add(const FlowTarget& target, const FoundValue& found) {
    if (target.list_item) {
      m_tree.add_item(target.place, found);
    } else if (!target.key.empty()) {
      m_tree.add(target.place, target.key, found);
    }
  }

  // A list of scalars on one line is one value, so that its change reads as one.
  bool read_short_list(const FlowTarget& target) {
    const std::string_view text = line();
    std::vector<std::string_view> items;
    std::size_t start = m_at.column + 1;
    std::size_t i = start;
    for (; i < text.size() && text[i] != ']'; ++i) {
      const std::size_t past = m_marks.skip(i);
      if (past != i) {
        i = past - 1;
      } else if (is_opening(text[i])) {
        return false;
      } else if (is_quote(text[i]) && trim(text.substr(start, i - start)).empty()) {
        const std::size_t end =
            closing_quote(text, i, m_syntax.yaml ? SingleQuotes::doubled : SingleQuotes::escaped);
        if (end == std::string_view::npos) {
          return false;
        }
        i = end;
      } else if (text[i] == ',') {
        items.push_back(trim(text.substr(start, i - start)));
        start = i + 1;
      }
    }
    if (i >= text.size()) {
      return false;
    }
    items.push_back(trim(text.substr(start, i - start)));
    const std::string_view whole = text.substr(m_at.column, i + 1 - m_at.column);
    m_at.column = i + 1;
    if (target.key.empty() && !target.list_item) {
      m_tree.add(target.place, {}, {whole, ValueSyntax::list, number(), number()});
      return true;
    }
    add(target, {whole, ValueSyntax::list, number(), number()});
    bool any = false;
    for (const std::string_view item : items) {
      any = any || speaks_for_itself(unquoted(item).value);
    }
    if (any) {
      const SettingTree::Place list =
          target.list_item ? m_tree.item(target.place) : m_tree.child(target.place, target.key);
      for (const std::string_view item : items) {
        const Scanned value = unquoted(item);
        if (speaks_for_itself(value.value)) {
          m_tree.add_item(list, {value.value, value.syntax, number(), number()});
        } else {
          m_tree.item(list);
        }
      }
    }
    return true;
  }

  // A key or a scalar.
  void read_text() {
    const bool key_expected = !m_open.empty() && m_open.back().map && !m_open.back().has_key;
    const Scanned scanned = scan_text(key_expected);
    if (m_open.empty()) {
      return;
    }
    const int here = number();
    if (!key_expected) {
      add(target_here(), {scanned.value, scanned.syntax, here, here});
      return;
    }
    Open& top = m_open.back();
    top.key = std::string(scanned.value);
    top.has_key = !scanned.value.empty();
    top.key_line = here;
    const std::string_view text = line();
    while (m_at.column < text.size() && is_blank(text[m_at.column])) {
      ++m_at.column;
    }
    if (m_at.column < text.size() && text[m_at.column] == m_syntax.separator) {
      ++m_at.column;
    } else if (m_at.column < text.size() && text[m_at.column] != ',') {
      // No separator follows: "{ a b: 1 }", or a stray byte.
      if (scanned.value.empty()) {
        ++m_at.column;
      }
    } else {
      flush_key(); // "{ a, b }"
    }
  }

  // Quotes inside a template expression end nothing: "{{ grains["ip"] }}".
  std::size_t quote_end(std::string_view text, std::size_t start) const {
    const std::size_t end =
        closing_quote(text, start, m_syntax.yaml ? SingleQuotes::doubled : SingleQuotes::escaped);
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

  Scanned scan_text(bool as_key) {
    const std::string_view text = line();
    const std::size_t start = m_at.column;
    if (is_quote(text[start]) || text[start] == '`') {
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
      if (c == ',' || is_closing(c) || (as_key && is_separator(text, i)) || comment_at(text, i)) {
        break;
      }
      ++i;
    }
    m_at.column = i;
    return {trim(text.substr(start, i - start)), ValueSyntax::plain};
  }

  bool is_separator(std::string_view text, std::size_t at) const {
    if (text[at] != m_syntax.separator) {
      return false;
    }
    return !m_syntax.yaml || at + 1 >= text.size() || is_blank(text[at + 1]) ||
           text[at + 1] == ',' || is_opening(text[at + 1]) || is_closing(text[at + 1]);
  }

  bool comment_at(std::string_view text, std::size_t at) const {
    const bool after_blank = at > 0 && is_blank(text[at - 1]);
    if (m_syntax.hash_comments && text[at] == '#') {
      return after_blank;
    }
    const std::string_view two = text.substr(at, 2);
    return m_syntax.slash_comments && (two == "/*" || (two == "//" && after_blank));
  }

  const TextLines& m_lines;
  FlowPosition m_at;
  FlowSyntax m_syntax;
  SettingTree& m_tree;
  FlowTarget m_target;
  int m_stop_indent;
  TemplateMarks m_marks;
  std::vector<Open> m_open;
  std::size_t m_beyond = 0;
  bool m_done = false;
};

} // namespace

FlowPosition read_flow(const TextLines& lines, FlowPosition from, const FlowSyntax& syntax,
                       SettingTree& tree, const FlowTarget& target, int stop_indent) {
  return FlowReader(lines, from, syntax, tree, target, stop_indent).read();
}

} // namespace leadline
