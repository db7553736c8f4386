// YAML by lines and columns, so that a template that is not valid YAML (Helm, Jinja, ERB) still
// reads.
#include "analyzers/settings/flow.hpp"
#include "analyzers/settings/readers.hpp"
#include "analyzers/settings/scan.hpp"
#include "analyzers/settings/yaml_scalar.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <initializer_list>
#include <string>
#include <vector>

namespace leadline {
namespace {

bool one_of(std::string_view text, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// A mapping or a list that is open at a column.
struct Frame {
  int column = -1;
  bool list = false;
  SettingTree::Place place = SettingTree::k_root;
  // Mapping: a key without a value yet. List: a dash without content yet (key empty).
  bool pending = false;
  std::string key;
  int line = 0;
  // What the last key opened, for badly indented lines.
  SettingTree::Place below = SettingTree::k_root;
  std::string file_name; // of a mapping that says where its text goes: path, dest
};

class YamlReader {
public:
  explicit YamlReader(const Reading& reading) : m_reading(reading), m_tree(reading.tree) {
    start_document();
  }

  void read() {
    const TextLines& lines = m_reading.lines;
    for (m_index = 0; m_index < lines.size();) {
      const std::string_view line = lines[m_index].text;
      const std::size_t column = indent_of(line);
      const std::string_view text = trim(line);
      if (text.empty() || text.front() == '#' || (text.front() == '%' && column == 0)) {
        ++m_index;
      } else if (column == 0 && (text == "---" || text == "..." || text.substr(0, 4) == "--- ")) {
        close_frames(-1);
        start_document();
        ++m_index;
      } else if (is_template_only(text)) {
        ++m_index;
      } else {
        content(column, static_cast<int>(column));
      }
    }
    close_frames(-1);
  }

private:
  void start_document() {
    m_frames.clear();
    Frame root;
    root.place = root.below =
        m_documents++ == 0 ? m_reading.place : m_tree.document(m_reading.place);
    m_frames.push_back(root);
  }

  int number() const { return m_reading.lines[m_index].number; }

  // A key or dash that got nothing.
  void flush(Frame& frame) {
    if (!frame.pending) {
      return;
    }
    frame.pending = false;
    const FoundValue nothing{{}, ValueSyntax::plain, frame.line, frame.line};
    if (frame.list) {
      m_tree.add_item(frame.place, nothing);
    } else {
      m_tree.add(frame.place, frame.key, nothing);
    }
  }

  void close_frames(int deeper_than) {
    while (m_frames.size() > 1 && m_frames.back().column > deeper_than) {
      flush(m_frames.back());
      m_frames.pop_back();
    }
  }

  // The place for what stands below the top frame, and forgets its pending key.
  SettingTree::Place place_below() {
    Frame& top = m_frames.back();
    if (top.pending) {
      top.pending = false;
      top.below = top.list ? m_tree.item(top.place) : m_tree.child(top.place, top.key);
    }
    return top.below;
  }

  Frame& open(int column, bool list) {
    Frame frame;
    frame.column = column;
    frame.list = list;
    frame.place = frame.below = place_below();
    m_frames.push_back(frame);
    return m_frames.back();
  }

  // What stands from `at` on in the current line; `column` is where it counts to be.
  void content(std::size_t at, int column) {
    const std::string_view line = m_reading.lines[m_index].text;
    for (;;) {
      const std::string_view rest = line.substr(at);
      const bool dash = rest.front() == '-' && (rest.size() == 1 || is_blank(rest[1]));
      close_frames(column);
      if (m_frames.size() > 1 && m_frames.back().column == column && m_frames.back().list &&
          !dash) {
        flush(m_frames.back());
        m_frames.pop_back();
      }
      if (!dash) {
        entry(at, column);
        return;
      }
      Frame& top = m_frames.back();
      Frame& list = top.list && top.column == column ? top : open(column, true);
      flush(list);
      list.pending = true;
      list.line = number();
      const std::size_t next = line.find_first_not_of(" \t", at + 1);
      if (next == std::string_view::npos || line[next] == '#') {
        ++m_index;
        return;
      }
      column += static_cast<int>(next - at);
      at = next;
    }
  }

  // A key with or without value, or a scalar.
  void entry(std::size_t at, int column) {
    const std::string_view line = m_reading.lines[m_index].text;
    const YamlKey key = yaml_key(line, at);
    if (key.found) {
      Frame& top = m_frames.back();
      const bool same = !top.list && top.column == column;
      Frame& map = same ? top : open(column, false);
      flush(map);
      map.below = map.place;
      key_value(map, key, column);
      return;
    }
    Frame& top = m_frames.back();
    if (top.pending && top.column < column) {
      // A list item, or a scalar on the line below its key.
      top.pending = false;
      if (top.list) {
        value(at, top.column, {top.place, {}, true});
      } else {
        const std::string name = top.key;
        value(at, top.column, {top.place, name, false});
      }
      return;
    }
    if (line[at] == '{' || line[at] == '[') {
      value(at, -1, {top.below, {}, false});
      return;
    }
    loose_line();
  }

  // A line that fits nothing: template output, or the rest of something broken.
  void loose_line() {
    if (const auto found = loose_assignment(m_reading.lines[m_index].text)) {
      m_tree.add(m_frames.back().below, found->key,
                 {found->value, found->syntax, number(), number()});
    }
    ++m_index;
  }

  void key_value(Frame& map, const YamlKey& key, int column) {
    const std::string_view line = m_reading.lines[m_index].text;
    const std::size_t at = skip_properties(line, key.value_at);
    map.key = std::string(key.text);
    if (at != std::string_view::npos &&
        one_of(key.text, {"path", "dest", "filename", "file", "name"})) {
      map.file_name = std::string(scan_value(line.substr(at), "#").value);
    }
    if (at == std::string_view::npos) {
      map.pending = true;
      map.line = number();
      ++m_index;
      return;
    }
    value(at, column, {map.place, key.text, false});
  }

  // Past anchors and tags; npos when nothing is left but a comment.
  static std::size_t skip_properties(std::string_view line, std::size_t at) {
    for (;;) {
      at = line.find_first_not_of(" \t", at);
      if (at == std::string_view::npos ||
          (line[at] == '#' && (at == 0 || is_blank(line[at - 1])))) {
        return std::string_view::npos;
      }
      const bool anchor = line[at] == '&' && at + 1 < line.size() && is_word(line[at + 1]);
      if (!anchor && line[at] != '!') {
        return at;
      }
      at = line.find_first_of(" \t", at);
      if (at == std::string_view::npos) {
        return at;
      }
    }
  }

  // A value at `at`; lines deeper than `parent` columns may continue it.
  void value(std::size_t at, int parent, const FlowTarget& target) {
    const TextLines& lines = m_reading.lines;
    const std::string_view line = lines[m_index].text;
    at = skip_properties(line, at);
    if (at == std::string_view::npos) {
      add(target, {{}, ValueSyntax::plain, number(), number()});
      ++m_index;
      return;
    }
    const char c = line[at];
    const TemplateMarks marks(line);
    if ((c == '{' || c == '[') && marks.skip(at) == at) {
      FlowSyntax syntax;
      syntax.yaml = true;
      syntax.hash_comments = true;
      const FlowPosition end = read_flow(lines, {m_index, at}, syntax, m_tree, target, parent);
      m_index = std::max(m_index + 1, end.column == 0 ? end.line : end.line + 1);
      return;
    }
    if ((c == '|' || c == '>') && is_block_header(line.substr(at))) {
      block(parent, target);
      return;
    }
    const YamlScalar scalar = read_scalar(lines, m_index, at, parent);
    add(target, {scalar.value, scalar.syntax, number(), scalar.last_number});
    if (scalar.next > m_index + 1) {
      words_of_lines(m_index, scalar.next, target);
    }
    m_index = scalar.next;
  }

  void add(const FlowTarget& target, const FoundValue& found) {
    if (!target.list_item) {
      m_tree.add(target.place, target.key, found);
      // Ansible's lineinfile: the line is a setting of the file it goes to.
      if (target.key == "line") {
        if (const auto line = loose_assignment(found.value)) {
          m_tree.add(target.place, line->key,
                     {line->value, line->syntax, found.first_line, found.last_line});
        }
      }
      return;
    }
    // "- LIMIT=20" is a setting of the list's owner.
    const std::size_t equals = found.value.find('=');
    if (equals != std::string_view::npos && equals > 0 &&
        is_identifier(found.value.substr(0, equals)) && found.value.substr(equals + 1, 1) != "=" &&
        found.first_line == found.last_line) {
      const Scanned value = unquoted(found.value.substr(equals + 1));
      m_tree.add(target.place, found.value.substr(0, equals),
                 {value.value, value.syntax, found.first_line, found.last_line});
      m_tree.item(target.place);
      return;
    }
    m_tree.add_item(target.place, found);
    // "- size 80M", "- timeout:5" say what they are, too.
    const std::size_t split = found.value.find_first_of(" :");
    if (split != std::string_view::npos && is_identifier(found.value.substr(0, split)) &&
        looks_numeric(trim(found.value.substr(split + 1)))) {
      m_tree.add(target.place, found.value.substr(0, split),
                 {trim(found.value.substr(split + 1)), ValueSyntax::plain, found.first_line,
                  found.last_line});
    }
  }

  // The "key=value" words on the lines that continue a value, as Ansible's free form has them.
  void words_of_lines(std::size_t first, std::size_t last, const FlowTarget& target) {
    if (target.list_item || target.key.empty()) {
      return;
    }
    SettingTree::Place place = 0;
    bool open = false;
    for (std::size_t i = first; i < last; ++i) {
      const int here = m_reading.lines[i].number;
      std::string_view line = m_reading.lines[i].text;
      if (const YamlKey key = yaml_key(line, indent_of(line)); key.found) {
        line = line.substr(key.value_at); // the line that the value starts on
      }
      for (const KeyValue& pair : key_value_words(line)) {
        if (!open) {
          place = m_tree.child(target.place, target.key);
          open = true;
        }
        m_tree.add(place, pair.key, {pair.value, pair.syntax, here, here});
      }
    }
  }

  // What a block scalar's text is called: by its key, by the file it goes to, by the list it is in.
  std::string block_name(const FlowTarget& target) const {
    if (target.list_item) {
      return m_frames.size() > 1 ? m_frames[m_frames.size() - 2].key : std::string();
    }
    const std::string& file = m_frames.back().file_name;
    const bool is_text =
        one_of(target.key, {"content", "contents", "data", "text", "inline", "block", "source"});
    return is_text && file.find('.') != std::string::npos ? file : std::string(target.key);
  }

  void block(int parent, const FlowTarget& target) {
    const TextLines& lines = m_reading.lines;
    const int header = number();
    const TextLines body = block_lines(lines, m_index, parent);
    if (body.empty()) {
      add(target, {{}, ValueSyntax::block, header, header});
      return;
    }
    const SettingTree::Place place =
        target.list_item
            ? m_tree.item(target.place)
            : (target.key.empty() ? target.place : m_tree.child(target.place, target.key));
    const Reading inside{body, {}, target.key, m_tree, place, m_reading.embedded + 1};
    if (!read_block_text(inside, block_name(target)) && body.size() <= k_longest_block_value) {
      const std::string text = joined(body);
      const FoundValue whole{trim(text), ValueSyntax::block, body.front().number,
                             body.back().number};
      if (target.list_item) {
        m_tree.add(place, {}, whole);
      } else {
        m_tree.add(target.place, target.key, whole);
      }
    }
  }

  static constexpr std::size_t k_longest_block_value = 40; // lines

  const Reading& m_reading;
  SettingTree& m_tree;
  std::vector<Frame> m_frames;
  std::size_t m_index = 0;
  int m_documents = 0;
};

} // namespace

void read_yaml(const Reading& reading) { YamlReader(reading).read(); }

} // namespace leadline
