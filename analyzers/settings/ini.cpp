// The INI family: PgBouncer, my.cnf, php.ini, systemd units, git, tox.ini, Ansible inventories.
#include "analyzers/settings/readers.hpp"
#include "analyzers/settings/scan.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace leadline {
namespace {

bool is_unit(std::string_view path) {
  for (const std::string_view end :
       {".service", ".timer", ".socket", ".slice", ".mount", ".target", ".path"}) {
    if (path.size() > end.size() && path.substr(path.size() - end.size()) == end) {
      return true;
    }
  }
  return path.find("systemd") != std::string_view::npos;
}

// [remote "origin"] is remote[origin]; brackets in a name would read as a place.
std::string section_segment(std::string_view inside) {
  inside = trim(inside);
  const std::size_t quote = inside.find('"');
  if (quote != std::string_view::npos && quote > 0 && inside.back() == '"' &&
      inside.size() > quote + 1) {
    return std::string(trim(inside.substr(0, quote))) + "[" +
           std::string(inside.substr(quote + 1, inside.size() - quote - 2)) + "]";
  }
  return std::string(inside);
}

class IniReader {
public:
  explicit IniReader(const Reading& reading)
      : m_reading(reading), m_section(reading.place), m_unit(is_unit(reading.path)),
        m_marks(m_unit ? "" : "#;") {}

  void read() {
    const TextLines& lines = m_reading.lines;
    for (std::size_t i = 0; i < lines.size();) {
      const std::string_view text = trim(lines[i].text);
      if (text.empty() || text.front() == '#' || text.front() == ';' || text.substr(0, 2) == "//" ||
          is_template_only(text)) {
        ++i;
      } else if (text.front() == '[' && text.find(']') != std::string_view::npos) {
        const std::size_t close = text.find_last_of(']', text.find_first_of("#;"));
        m_section =
            m_reading.tree.block(m_reading.place, section_segment(text.substr(1, close - 1)));
        ++i;
      } else {
        i = entry(i);
      }
    }
  }

private:
  // The place of the sign between key and value; npos when the line has none.
  static std::size_t separator(std::string_view text) {
    const TemplateMarks marks(text);
    for (std::size_t i = 0; i < text.size();) {
      if (const std::size_t past = marks.skip(i); past != i) {
        i = past;
        continue;
      }
      if (text[i] == '=') {
        return i;
      }
      if (text[i] == ':' && (i + 1 == text.size() || is_blank(text[i + 1])) &&
          is_identifier(trim(text.substr(0, i)))) {
        return i;
      }
      ++i;
    }
    return std::string_view::npos;
  }

  std::size_t entry(std::size_t index) {
    const TextLines& lines = m_reading.lines;
    const TextLine& line = lines[index];
    const std::string_view text = trim(line.text);
    const std::size_t at = separator(text);
    if (at == std::string_view::npos) {
      const std::string_view word = without_comment(text, m_marks);
      if (!word.empty() && words(word).size() == 1) {
        add(word, {}, ValueSyntax::plain, line.number, line.number); // a switch, a host
      } else if (const auto all = words(word); all.size() == 2 && is_identifier(all[0])) {
        add(all[0], all[1], ValueSyntax::plain, line.number, line.number);
      }
      return index + 1;
    }
    const std::string_view key = trim(text.substr(0, at));
    if (const std::size_t blank = key.find_last_of(" \t"); blank != std::string_view::npos &&
                                                           is_identifier(key.substr(blank + 1)) &&
                                                           host_line(text, line.number)) {
      return index + 1;
    }
    return value(index, key, trim(text.substr(at + 1)));
  }

  // host_a ansible_host=10.0.0.1 port=5432
  bool host_line(std::string_view text, int number) {
    text = without_comment(text, "#");
    const std::vector<std::string_view> all = words(text);
    std::size_t pairs = 0;
    for (const std::string_view word : all) {
      const std::size_t equals = word.find('=');
      pairs += equals != std::string_view::npos && is_identifier(word.substr(0, equals)) ? 1 : 0;
    }
    if (pairs == 0 || pairs + 1 < all.size()) {
      return false;
    }
    const SettingTree::Place host = m_reading.tree.child(m_section, all.front());
    for (const KeyValue& pair : key_value_words(text)) {
      m_reading.tree.add(host, pair.key, {pair.value, pair.syntax, number, number});
    }
    return true;
  }

  // With the lines that continue it: a '\' at the end, or deeper lines without a key.
  std::size_t value(std::size_t index, std::string_view key, std::string_view rest) {
    const TextLines& lines = m_reading.lines;
    const int first = lines[index].number;
    const std::size_t indent = indent_of(lines[index].text);
    std::size_t next = index + 1;
    if (!rest.empty() && rest.back() == '\\') {
      std::string whole(trim(rest.substr(0, rest.size() - 1)));
      for (bool more = true; more && next < lines.size(); ++next) {
        std::string_view part = trim(lines[next].text);
        more = !part.empty() && part.back() == '\\';
        part = more ? trim(part.substr(0, part.size() - 1)) : part;
        whole.append(" ").append(part);
      }
      add(key, whole, ValueSyntax::plain, first, lines[next - 1].number);
      return next;
    }
    const auto continues = [&](std::size_t at) {
      const std::string_view line = lines[at].text;
      const std::string_view text = trim(line);
      return indent_of(line) > indent && !text.empty() && text.front() != '#' &&
             text.front() != ';' && text.front() != '[' && !is_template_only(text) &&
             !is_key_line(text);
    };
    if (next >= lines.size() || !continues(next)) {
      const Scanned scanned = scan_value(rest, m_marks);
      add(key, scanned.value, scanned.syntax, first, first);
      return next;
    }
    if (rest.empty()) {
      const SettingTree::Place list = m_reading.tree.child(m_section, key);
      for (; next < lines.size() && continues(next); ++next) {
        const Scanned scanned = scan_value(lines[next].text, m_marks);
        m_reading.tree.add_item(
            list, {scanned.value, scanned.syntax, lines[next].number, lines[next].number});
      }
      return next;
    }
    std::string whole(without_comment(rest, m_marks));
    for (; next < lines.size() && continues(next); ++next) {
      whole.append(" ").append(without_comment(trim(lines[next].text), m_marks));
    }
    add(key, whole, ValueSyntax::plain, first, lines[next - 1].number);
    return next;
  }

  static bool is_key_line(std::string_view text) {
    const std::size_t at = separator(text);
    return at != std::string_view::npos && is_identifier(trim(text.substr(0, at))) &&
           (at + 1 >= text.size() || text[at + 1] != '=');
  }

  void add(std::string_view key, std::string_view value, ValueSyntax syntax, int first, int last) {
    // systemd.exec(5): Environment="A=1" "B=2"
    if (m_unit && key == "Environment") {
      const SettingTree::Place place = m_reading.tree.child(m_section, key);
      const auto assign = [&](std::string_view pair) {
        const std::size_t equals = pair.find('=');
        if (equals != std::string_view::npos) {
          m_reading.tree.add(place, pair.substr(0, equals),
                             {unquoted(pair.substr(equals + 1)).value, syntax, first, last});
        }
      };
      if (syntax == ValueSyntax::quoted) {
        assign(value); // one assignment whose quotes are gone by now
        return;
      }
      for (const std::string_view word : words(value)) {
        assign(unquoted(word).value);
      }
      return;
    }
    m_reading.tree.add(m_section, key, {value, syntax, first, last});
  }

  const Reading& m_reading;
  SettingTree::Place m_section;
  bool m_unit;
  std::string_view m_marks;
};

} // namespace

void read_ini(const Reading& reading) { IniReader(reading).read(); }

} // namespace leadline
