// XML as configuration: Tomcat, Maven, Spring, Hadoop, log4j, logback. Settings are attributes and
// the text of elements without children; a name/value pair of either kind names the setting.
#include "analyzers/settings/readers.hpp"
#include "analyzers/settings/scan.hpp"
#include "base/text.hpp"

#include <string>
#include <vector>

namespace leadline {
namespace {

constexpr std::size_t k_deepest = 200;

// The lines as one text, with the number of the line that a place is on.
class Characters {
public:
  explicit Characters(const TextLines& lines) : m_lines(lines), m_text(joined(lines)) {
    std::size_t start = 0;
    for (const TextLine& line : lines) {
      m_starts.push_back(start);
      start += line.text.size() + 1;
    }
  }

  std::string_view text() const { return m_text; }

  // Places are asked for in rising order.
  int number(std::size_t at) {
    while (m_line + 1 < m_starts.size() && m_starts[m_line + 1] <= at) {
      ++m_line;
    }
    return m_lines.empty() ? 0 : m_lines[m_line].number;
  }

private:
  const TextLines& m_lines;
  std::string m_text;
  std::vector<std::size_t> m_starts;
  std::size_t m_line = 0;
};

struct Attribute {
  std::string_view name;
  std::string_view value;
  int line = 0;
};

struct Element {
  std::string name;
  SettingTree::Place place = 0; // of the element
  SettingTree::Place parent = 0;
  std::string label; // its name or key attribute
  std::string value; // its text
  int first_line = 0;
  int last_line = 0;
  bool has_children = false;
};

bool is_name(std::string_view attribute) {
  const std::string lower = to_lower(attribute);
  return lower == "name" || lower == "key" || lower == "id" || lower == "path";
}

class XmlReader {
public:
  explicit XmlReader(const Reading& reading) : m_reading(reading), m_characters(reading.lines) {
    m_open.push_back({{}, reading.place, reading.place, {}, {}, 0, 0, true});
  }

  void read() {
    const std::string_view text = m_characters.text();
    std::size_t at = 0;
    while (at < text.size()) {
      const std::size_t tag = text.find('<', at);
      characters(at, std::min(tag, text.size()));
      if (tag == std::string_view::npos) {
        break;
      }
      at = markup(tag);
    }
    while (m_open.size() > 1) {
      close();
    }
  }

private:
  void characters(std::size_t from, std::size_t to) {
    const std::string_view part = trim(m_characters.text().substr(from, to - from));
    if (part.empty() || m_open.size() == 1) {
      return;
    }
    Element& top = m_open.back();
    const std::size_t start = static_cast<std::size_t>(part.data() - m_characters.text().data());
    const int first = m_characters.number(start);
    top.first_line = top.value.empty() ? first : top.first_line;
    top.last_line = m_characters.number(start + part.size() - 1);
    top.value.append(top.value.empty() ? "" : " ").append(part);
  }

  // Past `end` after `at`; the end of the text when it is missing.
  std::size_t past(std::size_t at, std::string_view end) {
    const std::string_view text = m_characters.text();
    const std::size_t found = text.find(end, at);
    return found == std::string_view::npos ? text.size() : found + end.size();
  }

  std::size_t markup(std::size_t at) {
    const std::string_view text = m_characters.text();
    if (text.substr(at, 4) == "<!--") {
      return past(at + 4, "-->");
    }
    if (text.substr(at, 9) == "<![CDATA[") {
      const std::size_t end = past(at + 9, "]]>");
      characters(at + 9, end >= at + 12 && end <= text.size() ? end - 3 : end);
      return end;
    }
    if (text.substr(at, 2) == "<%") {
      return past(at + 2, "%>");
    }
    if (text.substr(at, 2) == "<!" || text.substr(at, 2) == "<?") {
      return past(at + 2, ">");
    }
    if (text.substr(at, 2) == "</") {
      const std::size_t end = past(at + 2, ">");
      const std::string_view name =
          trim(text.substr(at + 2, end - at - 2 - (end > at + 2 ? 1 : 0)));
      // A missing end tag: close what stands above the one that fits.
      for (std::size_t depth = 1; depth < m_open.size() && depth <= 8; ++depth) {
        if (m_open[m_open.size() - depth].name == name) {
          for (; depth > 0; --depth) {
            close();
          }
          break;
        }
      }
      return end;
    }
    return start_tag(at + 1);
  }

  std::size_t start_tag(std::size_t at) {
    const std::string_view text = m_characters.text();
    std::size_t i = at;
    const auto in_name = [&](char c) { return is_word(c) || c == ':' || c == '-' || c == '.'; };
    while (i < text.size() && in_name(text[i])) {
      ++i;
    }
    if (i == at) {
      return at; // a stray '<'
    }
    Element element;
    element.name = std::string(text.substr(at, i - at));
    element.first_line = element.last_line = m_characters.number(at);
    std::vector<Attribute> attributes;
    bool closed = false;
    while (i < text.size() && text[i] != '>') {
      if (text[i] == '<' && text.substr(i, 2) != "<%") {
        break; // the tag was never closed
      }
      closed = text[i] == '/';
      if (!in_name(text[i])) {
        ++i;
        continue;
      }
      const std::size_t name = i;
      while (i < text.size() && in_name(text[i])) {
        ++i;
      }
      const std::size_t name_end = i;
      const std::size_t equals = text.find_first_not_of(" \t\n", i);
      if (equals == std::string_view::npos || text[equals] != '=') {
        continue;
      }
      i = text.find_first_not_of(" \t\n", equals + 1);
      if (i == std::string_view::npos) {
        i = text.size();
        break;
      }
      if (text[i] != '"' && text[i] != '\'') {
        continue;
      }
      const std::size_t close_at = text.find(text[i], i + 1);
      if (close_at == std::string_view::npos) {
        i = text.size();
        break;
      }
      attributes.push_back({text.substr(name, name_end - name),
                            text.substr(i + 1, close_at - i - 1), m_characters.number(i)});
      i = close_at + 1;
    }
    open(std::move(element), attributes);
    if (closed) {
      close();
    }
    return i < text.size() && text[i] == '>' ? i + 1 : i;
  }

  void open(Element element, const std::vector<Attribute>& attributes) {
    Element& parent = m_open.back();
    parent.has_children = true;
    if (m_open.size() >= k_deepest) {
      m_reading.tree.leave_unread();
      m_open.push_back({element.name, parent.place, parent.place, {}, {}, 0, 0, true});
      return;
    }
    SettingTree& tree = m_reading.tree;
    element.parent = parent.place;
    const Attribute* value = nullptr;
    for (const Attribute& attribute : attributes) {
      if (element.label.empty() && is_name(attribute.name)) {
        element.label = std::string(attribute.value);
      }
      value = attribute.name == "value" ? &attribute : value;
    }
    element.place = tree.block(parent.place, element.name);
    tree.label(element.place, element.label);
    for (const Attribute& attribute : attributes) {
      if (&attribute == value && !element.label.empty()) {
        tree.add(tree.child(parent.place, element.name), element.label,
                 {attribute.value, ValueSyntax::quoted, attribute.line, attribute.line});
      } else {
        tree.add(element.place, attribute.name,
                 {attribute.value, ValueSyntax::quoted, attribute.line, attribute.line});
      }
    }
    m_open.push_back(std::move(element));
  }

  void close() {
    const Element element = std::move(m_open.back());
    m_open.pop_back();
    Element& parent = m_open.back();
    SettingTree& tree = m_reading.tree;
    if (element.has_children || element.value.empty()) {
      return;
    }
    const FoundValue found{element.value, ValueSyntax::plain, element.first_line,
                           element.last_line};
    if (!element.label.empty()) {
      // <prop key="x">v</prop>
      tree.add(tree.child(element.parent, element.name), element.label, found);
    } else if (to_lower(element.name) == "value" && !parent.label.empty()) {
      // <property name="x"><value>v</value></property>
      tree.add(tree.child(parent.parent, parent.name), parent.label, found);
    } else {
      if (is_name(element.name) || element.name == "artifactId") {
        parent.label = parent.label.empty() ? element.value : parent.label;
        tree.label(parent.place, element.value);
      }
      tree.add(parent.place, element.name, found);
    }
  }

  const Reading& m_reading;
  Characters m_characters;
  std::vector<Element> m_open;
};

} // namespace

void read_xml(const Reading& reading) { XmlReader(reading).read(); }

} // namespace leadline
