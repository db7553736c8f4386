#include "analyzers/settings/flow.hpp"
#include "analyzers/settings/readers.hpp"
#include "analyzers/settings/scan.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace leadline {
namespace {

constexpr std::size_t k_deepest = 64; // parts of a key that are read

// a."b.c".d in its parts; the end is where the key stops.
std::vector<std::string_view> dotted_key(std::string_view text, std::size_t& at) {
  std::vector<std::string_view> parts;
  while (at < text.size() && parts.size() < k_deepest) {
    while (at < text.size() && is_blank(text[at])) {
      ++at;
    }
    const std::size_t start = at;
    if (at < text.size() && (text[at] == '"' || text[at] == '\'')) {
      const std::size_t close = closing_quote(text, at, SingleQuotes::escaped);
      if (close == std::string_view::npos) {
        return {};
      }
      parts.push_back(text.substr(start + 1, close - start - 1));
      at = close + 1;
    } else {
      while (at < text.size() && (is_word(text[at]) || text[at] == '-' || text[at] == '$')) {
        ++at;
      }
      if (at == start) {
        return {};
      }
      parts.push_back(text.substr(start, at - start));
    }
    while (at < text.size() && is_blank(text[at])) {
      ++at;
    }
    if (at >= text.size() || text[at] != '.') {
      break;
    }
    ++at;
  }
  return parts;
}

class TomlReader {
public:
  explicit TomlReader(const Reading& reading) : m_reading(reading), m_table(reading.place) {}

  void read() {
    for (std::size_t i = 0; i < m_reading.lines.size();) {
      const std::string_view text = trim(m_reading.lines[i].text);
      if (text.empty() || text.front() == '#' || is_template_only(text)) {
        ++i;
      } else if (text.front() == '[') {
        header(text);
        ++i;
      } else {
        i = assignment(i);
      }
    }
  }

private:
  void header(std::string_view text) {
    const bool array = text.substr(0, 2) == "[[";
    std::size_t at = array ? 2 : 1;
    const std::vector<std::string_view> parts = dotted_key(text, at);
    m_table = m_reading.place;
    std::string name;
    for (std::size_t i = 0; i < std::min(parts.size(), k_deepest); ++i) {
      name.append(parts[i]).push_back('\n');
      // A table under an array of tables belongs to the array's last item.
      const auto known = m_tables.find(name);
      if (array && i + 1 == parts.size()) {
        const SettingTree::Place list =
            known != m_tables.end() ? m_lists[name] : m_reading.tree.child(m_table, parts[i]);
        m_lists[name] = list;
        m_tables[name] = m_table = m_reading.tree.item(list);
      } else if (known != m_tables.end()) {
        m_table = known->second;
      } else {
        m_tables[name] = m_table = m_reading.tree.child(m_table, parts[i]);
      }
    }
  }

  std::size_t assignment(std::size_t index) {
    const std::string_view text = m_reading.lines[index].text;
    std::size_t at = 0;
    const std::vector<std::string_view> parts = dotted_key(text, at);
    if (parts.empty() || at >= text.size() || text[at] != '=') {
      return index + 1;
    }
    at = text.find_first_not_of(" \t", at + 1);
    SettingTree::Place place = m_table;
    for (std::size_t i = 0; i + 1 < parts.size(); ++i) {
      place = m_reading.tree.child(place, parts[i]);
    }
    const int number = m_reading.lines[index].number;
    if (at == std::string_view::npos) {
      m_reading.tree.add(place, parts.back(), {{}, ValueSyntax::plain, number, number});
      return index + 1;
    }
    const std::string_view three = text.substr(at, 3);
    if (three == "\"\"\"" || three == "'''") {
      return long_string(index, at, place, parts.back());
    }
    if ((text[at] == '[' || text[at] == '{') && TemplateMarks(text).skip(at) == at) {
      FlowSyntax syntax;
      syntax.separator = '=';
      syntax.hash_comments = true;
      const FlowPosition end = read_flow(m_reading.lines, {index, at}, syntax, m_reading.tree,
                                         {place, parts.back(), false}, -1);
      return end.line + 1;
    }
    const Scanned value = scan_value(text.substr(at), "#");
    m_reading.tree.add(place, parts.back(), {value.value, value.syntax, number, number});
    return index + 1;
  }

  std::size_t long_string(std::size_t index, std::size_t at, SettingTree::Place place,
                          std::string_view key) {
    const TextLines& lines = m_reading.lines;
    const std::string_view mark = lines[index].text.substr(at, 3);
    const int first = lines[index].number;
    std::string value;
    std::string_view rest = lines[index].text.substr(at + 3);
    for (std::size_t i = index;;) {
      const std::size_t close = rest.find(mark);
      value.append(rest.substr(0, close));
      if (close != std::string_view::npos || i + 1 >= lines.size()) {
        m_reading.tree.add(place, key, {trim(value), ValueSyntax::block, first, lines[i].number});
        return i + 1;
      }
      value.push_back('\n');
      rest = lines[++i].text;
    }
  }

  const Reading& m_reading;
  SettingTree::Place m_table;
  std::map<std::string, SettingTree::Place> m_tables; // by dotted name
  std::map<std::string, SettingTree::Place> m_lists;
};

} // namespace

void read_toml(const Reading& reading) { TomlReader(reading).read(); }

} // namespace leadline
