// Puppet manifests: parameters with defaults, variables, attributes of resources, nested hashes.
#include "analyzers/settings/readers.hpp"
#include "analyzers/settings/scan.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace leadline {
namespace {

constexpr std::size_t k_deepest = 64;

class PuppetReader {
public:
  explicit PuppetReader(const Reading& reading) : m_reading(reading) {
    m_open.push_back({reading.place, '{'});
  }

  void read() {
    for (const TextLine& line : m_reading.lines) {
      const std::string_view text = without_comment(trim(line.text), "#");
      if (!text.empty() && !is_template_only(text)) {
        read_line(text, line.number);
      }
    }
  }

private:
  struct Open {
    SettingTree::Place place;
    char bracket;
  };

  void read_line(std::string_view text, int number) {
    std::string_view rest = text;
    // One line may hold a title and its attributes: file { '/etc/x': ensure => present }
    if (const std::size_t arrow = find_outside_quotes(rest, "=>");
        arrow != std::string_view::npos) {
      arrows(rest, number);
      return;
    }
    const std::size_t dollar = rest.find('$');
    const std::size_t equals = find_outside_quotes(rest, "=");
    const bool compares = equals != std::string_view::npos &&
                          ((equals > 0 && (rest[equals - 1] == '!' || rest[equals - 1] == '<' ||
                                           rest[equals - 1] == '>')) ||
                           rest.substr(equals + 1, 1) == "=" || rest.substr(equals + 1, 1) == "~");
    if (dollar != std::string_view::npos && equals != std::string_view::npos && dollar < equals &&
        !compares) {
      const std::string_view name = trim(rest.substr(dollar + 1, equals - dollar - 1));
      if (is_name(name)) {
        value(name, trim(rest.substr(equals + 1)), number);
        return;
      }
    }
    if (!m_open.empty() && m_open.back().bracket == '[' && text.front() != ']' &&
        text.back() != '[' && text.back() != '{') {
      const Scanned item = scalar(text);
      if (!item.value.empty()) {
        m_reading.tree.add_item(m_open.back().place, {item.value, item.syntax, number, number});
      }
      return;
    }
    brackets(text);
  }

  static bool is_name(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_word(c) || c == ':'; });
  }

  static std::size_t find_outside_quotes(std::string_view text, std::string_view wanted) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (text.substr(i, wanted.size()) == wanted) {
        return i;
      }
      if (text[i] == '\'' || text[i] == '"') {
        const std::size_t end = closing_quote(text, i, SingleQuotes::escaped);
        if (end == std::string_view::npos) {
          return end;
        }
        i = end;
      }
    }
    return std::string_view::npos;
  }

  static Scanned scalar(std::string_view text) {
    text = trim(text);
    while (!text.empty() && (text.back() == ',' || text.back() == ';')) {
      text = trim(text.substr(0, text.size() - 1));
    }
    return unquoted(text);
  }

  // name { 'title': key => value, key => value }
  void arrows(std::string_view text, int number) {
    std::size_t arrow = find_outside_quotes(text, "=>");
    std::string_view before = trim(text.substr(0, arrow));
    if (const std::size_t title = before.rfind(": ");
        title != std::string_view::npos && before.find('{') != std::string_view::npos) {
      brackets(before.substr(0, title + 1));
      before = trim(before.substr(title + 1));
    }
    std::string_view rest = text.substr(arrow + 2);
    for (;;) {
      const std::string_view key = unquoted(before).value;
      // The next pair on this line starts behind a comma.
      arrow = find_outside_quotes(rest, "=>");
      const std::size_t comma =
          arrow == std::string_view::npos ? arrow : rest.substr(0, arrow).rfind(',');
      if (comma == std::string_view::npos) {
        value(key, trim(rest), number);
        return;
      }
      value(key, trim(rest.substr(0, comma)), number);
      before = trim(rest.substr(comma + 1, arrow - comma - 1));
      rest = rest.substr(arrow + 2);
    }
  }

  void value(std::string_view key, std::string_view text, int number) {
    const char last = text.empty() ? ' ' : text.back();
    if (last == '{' || last == '[' || (last == '(' && text.size() > 1)) {
      push(m_reading.tree.block(m_open.back().place, key), last);
      return;
    }
    const Scanned found = scalar(text);
    // The end of a block on the same line belongs to the block.
    std::string_view plain = found.value;
    std::size_t closers = 0;
    if (found.syntax == ValueSyntax::plain) {
      const auto opens = std::count_if(plain.begin(), plain.end(),
                                       [](char c) { return c == '{' || c == '(' || c == '['; });
      auto closes = std::count_if(plain.begin(), plain.end(),
                                  [](char c) { return c == '}' || c == ')' || c == ']'; });
      while (closes > opens && !plain.empty() &&
             (plain.back() == '}' || plain.back() == ')' || plain.back() == ']')) {
        plain = trim(plain.substr(0, plain.size() - 1));
        --closes;
        ++closers;
      }
    }
    const Scanned bare = unquoted(plain);
    const bool list = !plain.empty() && plain.front() == '[' && plain.back() == ']';
    const ValueSyntax syntax = found.syntax == ValueSyntax::quoted ? found.syntax
                               : list                              ? ValueSyntax::list
                                                                   : bare.syntax;
    m_reading.tree.add(m_open.back().place, key, {bare.value, syntax, number, number});
    for (; closers > 0; --closers) {
      pop();
    }
  }

  // Blocks that a line without a setting opens and closes.
  void brackets(std::string_view text) {
    std::size_t start = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (c == '\'' || c == '"') {
        const std::size_t end = closing_quote(text, i, SingleQuotes::escaped);
        i = end == std::string_view::npos ? text.size() : end;
      } else if (c == '{' || c == '(' || c == '[') {
        push(m_reading.tree.block(m_open.back().place,
                                  segment(text.substr(start, i - start), text.substr(i + 1))),
             c);
        start = i + 1;
      } else if (c == '}' || c == ')' || c == ']') {
        pop();
        start = i + 1;
      }
    }
    // "'title':" on its own line names the block around it.
    if (text.size() > 2 && text.back() == ':' && (text.front() == '\'' || text.front() == '"') &&
        m_open.size() > 1) {
      m_reading.tree.label(m_open.back().place, unquoted(text.substr(0, text.size() - 1)).value);
    }
  }

  // "class { 'mysql::server':" is class[mysql::server], "class mysql::server (" is mysql::server,
  // "if" adds nothing.
  static std::string segment(std::string_view before, std::string_view after) {
    const std::vector<std::string_view> all = words(before);
    std::string name(all.empty() ? std::string_view{} : all.back());
    if (!all.empty() && (all[0] == "if" || all[0] == "elsif" || all[0] == "else" ||
                         all[0] == "unless" || all[0] == "case")) {
      return {};
    }
    if (!name.empty() && name.front() == '$') {
      name.erase(0, 1);
    }
    after = trim(after);
    if (!after.empty() && (after.front() == '\'' || after.front() == '"')) {
      const std::size_t end = closing_quote(after, 0, SingleQuotes::escaped);
      if (end != std::string_view::npos && after.substr(end + 1, 1) == ":") {
        name.append("[").append(after.substr(1, end - 1)).append("]");
      }
    }
    return name;
  }

  void push(SettingTree::Place place, char bracket) {
    if (m_open.size() >= k_deepest) {
      m_reading.tree.leave_unread();
      ++m_beyond;
    } else {
      m_open.push_back({place, bracket});
    }
  }

  void pop() {
    if (m_beyond > 0) {
      --m_beyond;
    } else if (m_open.size() > 1) {
      m_open.pop_back();
    }
  }

  const Reading& m_reading;
  std::vector<Open> m_open;
  std::size_t m_beyond = 0;
};

} // namespace

void read_puppet(const Reading& reading) { PuppetReader(reading).read(); }

} // namespace leadline
