#include "analyzers/settings/flow.hpp"

#include "analyzers/settings/flow_cursor.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace leadline {
namespace {

constexpr std::size_t k_deepest = 256; // brackets below this depth are only counted

// A list item that says more than its place: a flag or an assignment.
bool speaks_for_itself(std::string_view item) {
  return item.size() > 1 && (item.front() == '-' || item.find('=') != std::string_view::npos);
}

class FlowReader {
public:
  FlowReader(const TextLines& lines, FlowPosition from, const FlowSyntax& syntax, SettingTree& tree,
             const FlowTarget& target, int stop_indent)
      : m_text(lines, from, syntax, stop_indent), m_separator(syntax.separator), m_tree(tree),
        m_target(target) {}

  FlowPosition read() {
    do {
      step();
    } while (!m_text.done() && (!m_open.empty() || m_beyond > 0));
    while (!m_open.empty()) {
      close_top();
    }
    return m_text.position();
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

  void step() {
    const std::string_view text = m_text.line();
    if (m_text.column() >= text.size()) {
      m_text.next_line();
      return;
    }
    if (m_text.skip_blank(value_expected())) {
      return;
    }
    const char c = text[m_text.column()];
    if (is_flow_opening(c) && m_text.past_mark() == m_text.column()) {
      open(c);
    } else if (is_flow_closing(c)) {
      close(c);
    } else if (m_beyond > 0) { // below the depth that is read
      m_text.skip_text();
    } else {
      read_text();
    }
  }

  bool value_expected() const {
    return m_beyond == 0 && !m_open.empty() && (!m_open.back().map || m_open.back().has_key);
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
      m_text.step();
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
    opened.line = m_text.number();
    if (target.list_item) {
      opened.place = m_tree.item(target.place);
    } else if (!target.key.empty()) {
      opened.place = m_tree.child(target.place, target.key);
    } else {
      opened.place = target.place;
    }
    m_open.push_back(std::move(opened));
    m_text.step();
  }

  void close(char c) {
    m_text.step();
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
      m_text.end();
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
    const std::optional<FlowCursor::ShortList> list = m_text.short_list();
    if (!list) {
      return false;
    }
    const int here = m_text.number();
    const FoundValue found = {list->whole, ValueSyntax::list, here, here};
    if (target.key.empty() && !target.list_item) {
      m_tree.add(target.place, {}, found);
      return true;
    }
    add(target, found);
    const bool any = std::any_of(list->items.begin(), list->items.end(), [](std::string_view item) {
      return speaks_for_itself(unquoted(item).value);
    });
    if (any) {
      const SettingTree::Place place =
          target.list_item ? m_tree.item(target.place) : m_tree.child(target.place, target.key);
      bool named = false; // by the flag before: ["--requirepass", "x"]
      for (const std::string_view item : list->items) {
        const Scanned value = unquoted(item);
        const bool speaks = named || speaks_for_itself(value.value);
        named = value.value.starts_with('-') && value.value.find('=') == std::string_view::npos;
        if (speaks) {
          m_tree.add_item(place, {value.value, value.syntax, here, here});
        } else {
          m_tree.item(place);
        }
      }
    }
    return true;
  }

  // A key or a scalar.
  void read_text() {
    const bool key_expected = !m_open.empty() && m_open.back().map && !m_open.back().has_key;
    const Scanned scanned =
        m_text.scan(key_expected ? FlowCursor::Expected::key : FlowCursor::Expected::value);
    if (m_open.empty()) {
      return;
    }
    const int here = m_text.number();
    if (!key_expected) {
      add(target_here(), {scanned.value, scanned.syntax, here, here});
      return;
    }
    Open& top = m_open.back();
    top.key = std::string(scanned.value);
    top.has_key = !scanned.value.empty();
    top.key_line = here;
    const std::string_view text = m_text.line();
    while (m_text.column() < text.size() && is_blank(text[m_text.column()])) {
      m_text.step();
    }
    if (m_text.column() < text.size() && text[m_text.column()] == m_separator) {
      m_text.step();
    } else if (m_text.column() < text.size() && text[m_text.column()] != ',') {
      // No separator follows: "{ a b: 1 }", or a stray byte.
      if (scanned.value.empty()) {
        m_text.step();
      }
    } else {
      flush_key(); // "{ a, b }"
    }
  }

  FlowCursor m_text;
  char m_separator;
  SettingTree& m_tree;
  FlowTarget m_target;
  std::vector<Open> m_open;
  std::size_t m_beyond = 0;
};

} // namespace

FlowPosition read_flow(const TextLines& lines, FlowPosition from, const FlowSyntax& syntax,
                       SettingTree& tree, const FlowTarget& target, int stop_indent) {
  return FlowReader(lines, from, syntax, tree, target, stop_indent).read();
}

} // namespace leadline
