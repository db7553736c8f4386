// Two formats of records that other formats' names hide: DNS zones and Erlang's terms.
#include "analyzers/settings/readers.hpp"
#include "analyzers/settings/scan.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace leadline {
namespace {

constexpr std::size_t k_deepest = 64;
constexpr std::size_t k_lines_read = 300;

bool is_class(std::string_view word) { return word == "IN" || word == "CH" || word == "HS"; }

bool is_record_type(std::string_view word) {
  static constexpr std::array<std::string_view, 16> k_types = {
      "A",  "AAAA",  "CAA", "CNAME", "DNAME", "DNSKEY", "DS",    "HTTPS",
      "MX", "NAPTR", "NS",  "PTR",   "SOA",   "SRV",    "SSHFP", "TXT"};
  return std::find(k_types.begin(), k_types.end(), word) != k_types.end();
}

// A time to live: seconds, or numbers with units (1h30m).
bool is_ttl(std::string_view word) {
  return !word.empty() && word.front() >= '0' && word.front() <= '9' &&
         std::all_of(word.begin(), word.end(), [](char c) {
           return (c >= '0' && c <= '9') ||
                  std::string_view("smhdwSMHDW").find(c) != std::string_view::npos;
         });
}

// Index of the record type in `all`; npos when the line is no record.
std::size_t record_type(const std::vector<std::string_view>& all) {
  for (std::size_t i = 0; i < std::min<std::size_t>(all.size(), 4); ++i) {
    if (is_record_type(all[i]) && i + 1 < all.size()) {
      return i;
    }
    if (i > 0 && !is_class(all[i]) && !is_ttl(all[i])) {
      break;
    }
  }
  return std::string_view::npos;
}

class ErlangReader {
public:
  explicit ErlangReader(const Reading& reading)
      : m_reading(reading), m_text(joined(reading.lines)) {}

  void read() {
    m_open.push_back({m_reading.place, '[', 0, false});
    for (std::size_t i = 0; i < m_text.size();) {
      i = token(i);
    }
  }

private:
  struct Open {
    SettingTree::Place place = 0;
    char bracket = '[';
    int items = 0;
    bool keyed = false; // {key, ...: what follows is the key's value
    std::string key = {};
  };

  int number() const {
    return m_reading.lines[std::min(m_line, m_reading.lines.size() - 1)].number;
  }

  std::size_t token(std::size_t i) {
    const char c = m_text[i];
    if (c == '\n') {
      ++m_line;
      return i + 1;
    }
    if (c == '%') {
      return std::min(m_text.find('\n', i), m_text.size());
    }
    if (c == '{' || c == '[') {
      open(c);
      return i + 1;
    }
    if (c == '}' || c == ']') {
      if (m_beyond > 0) {
        --m_beyond;
      } else if (m_open.size() > 1) {
        m_open.pop_back();
      }
      return i + 1;
    }
    if (c == ' ' || c == '\t' || c == '\r' || c == ',' || c == '.' || c == '<' || c == '>') {
      return i + 1;
    }
    std::size_t end = i;
    ValueSyntax syntax = ValueSyntax::plain;
    std::string_view value;
    if (c == '"' || c == '\'') {
      const std::size_t line_end = std::min(m_text.find('\n', i), m_text.size());
      const std::string_view line(m_text.data() + i, line_end - i);
      const std::size_t close = closing_quote(line, 0, SingleQuotes::escaped);
      end = close == std::string_view::npos ? line_end : i + close + 1;
      value = close == std::string_view::npos ? line.substr(1) : line.substr(1, close - 1);
      syntax = c == '"' ? ValueSyntax::quoted : ValueSyntax::plain;
    } else {
      while (end < m_text.size() &&
             std::string_view("{}[], \t\r\n%").find(m_text[end]) == std::string_view::npos) {
        ++end;
      }
      value = std::string_view(m_text).substr(i, end - i);
      if (!value.empty() && value.back() == '.') {
        value.remove_suffix(1);
      }
      if (value.empty()) {
        return end + 1;
      }
    }
    scalar(value, syntax);
    return end;
  }

  void open(char bracket) {
    if (m_open.size() >= k_deepest) {
      m_reading.tree.leave_unread();
      ++m_beyond;
      return;
    }
    Open& top = m_open.back();
    SettingTree::Place place = top.place;
    if (top.bracket == '{' && top.keyed) {
      place = m_reading.tree.child(top.place, top.key);
    } else if (top.bracket == '{') {
      top.keyed = true; // {{a, b}, c}: no key
      top.key.clear();
    }
    m_open.push_back({place, bracket, 0, false, {}});
  }

  // The first scalar of a tuple is its key, the others are its values.
  void scalar(std::string_view value, ValueSyntax syntax) {
    if (m_beyond > 0) {
      return;
    }
    Open& top = m_open.back();
    const FoundValue found{value, syntax, number(), number()};
    if (top.bracket == '{' && !top.keyed) {
      top.keyed = true;
      top.key = std::string(value);
    } else if (top.bracket == '{') {
      m_reading.tree.add(top.place, top.key, found);
    } else {
      m_reading.tree.add_item(top.place, found);
    }
  }

  const Reading& m_reading;
  std::string m_text;
  std::size_t m_line = 0;
  std::size_t m_beyond = 0;
  std::vector<Open> m_open;
};

} // namespace

bool is_dns_zone(const TextLines& lines) {
  int records = 0;
  int others = 0;
  for (std::size_t i = 0; i < std::min(lines.size(), k_lines_read); ++i) {
    const std::string_view text = without_comment(trim(lines[i].text), ";");
    if (text.empty() || is_template_only(text)) {
      continue;
    }
    const std::vector<std::string_view> all = words(text);
    const bool classed = std::any_of(all.begin(), all.end(), is_class);
    if (all[0] == "$TTL" || all[0] == "$ORIGIN" ||
        (classed && record_type(all) != std::string_view::npos)) {
      ++records;
    } else {
      ++others;
    }
  }
  return records > 0 && records * 2 >= others;
}

// RFC 1035 section 3.3.13: the numbers of a zone, in parentheses over several lines or on one. They
// stand below SOA under their names.
class StartOfAuthority {
public:
  void begin(SettingTree::Place place) {
    m_place = place;
    m_field = 0;
    m_depth = 0;
    m_open = true;
  }
  bool is_open() const { return m_open; }

  void read(const Reading& reading, std::string_view text, int number) {
    static constexpr std::array<std::string_view, 7> k_fields = {
        "mname", "rname", "serial", "refresh", "retry", "expire", "minimum"};
    for (std::string_view word : words(text)) {
      while (!word.empty() && word.front() == '(') {
        ++m_depth;
        word.remove_prefix(1);
      }
      const bool closes = !word.empty() && word.back() == ')';
      word = closes ? word.substr(0, word.size() - 1) : word;
      if (!word.empty() && m_field < k_fields.size()) {
        reading.tree.add(m_place, k_fields[m_field++], {word, ValueSyntax::plain, number, number});
      }
      m_depth -= closes ? 1 : 0;
    }
    m_open = m_depth > 0 && m_field < k_fields.size();
  }

private:
  SettingTree::Place m_place = SettingTree::k_root;
  std::size_t m_field = 0;
  int m_depth = 0;
  bool m_open = false;
};

// RFC 1035 section 5: [name] [ttl] [class] type data. A record is name.TYPE, its time to live
// name.TYPE.ttl.
void read_dns_zone(const Reading& reading) {
  std::string name = "@";
  StartOfAuthority authority;
  for (const TextLine& line : reading.lines) {
    const std::string_view text = without_comment(line.text, ";");
    if (trim(text).empty() || is_template_only(text)) {
      continue;
    }
    if (authority.is_open()) {
      authority.read(reading, text, line.number);
      continue;
    }
    std::vector<std::string_view> all = words(text);
    if (all[0].front() == '$' && all.size() > 1 && all[0].substr(0, 2) != "${") {
      reading.tree.add(reading.place, all[0],
                       {all[1], ValueSyntax::plain, line.number, line.number});
      continue;
    }
    if (!is_blank(line.text.front())) {
      name = std::string(all[0]);
      all.erase(all.begin());
    }
    const std::size_t type = record_type(all);
    if (type == std::string_view::npos) {
      continue;
    }
    const SettingTree::Place place = reading.tree.child(reading.place, name);
    for (std::size_t i = 0; i < type; ++i) {
      if (is_ttl(all[i])) {
        reading.tree.add(reading.tree.child(place, all[type]), "ttl",
                         {all[i], ValueSyntax::plain, line.number, line.number});
      }
    }
    const std::size_t start = static_cast<std::size_t>(all[type + 1].data() - text.data());
    if (all[type] == "SOA") {
      authority.begin(reading.tree.child(place, "SOA"));
      authority.read(reading, text.substr(start), line.number);
      continue;
    }
    const Scanned data = unquoted(trim(text.substr(start)));
    reading.tree.add(place, all[type], {data.value, data.syntax, line.number, line.number});
  }
}

bool is_erlang_terms(const TextLines& lines) {
  std::string start;
  for (std::size_t i = 0; i < std::min(lines.size(), k_lines_read) && start.size() < 200; ++i) {
    const std::string_view text = without_comment(trim(lines[i].text), "%");
    for (const char c : text) {
      if (!is_blank(c)) {
        start.push_back(c);
      }
    }
  }
  // [{rabbit,[  or {application, x}.
  const std::size_t brace = start.find('{');
  if (brace == std::string::npos || brace > 1 || (brace == 1 && start[0] != '[')) {
    return false;
  }
  std::size_t end = brace + 1;
  while (end < start.size() && (is_word(start[end]) || start[end] == '\'')) {
    ++end;
  }
  return end > brace + 1 && end < start.size() && start[end] == ',';
}

// https://www.erlang.org/doc/apps/kernel/config.html: {key, value} is key = value, a list of such
// tuples is what is below a key.
void read_erlang_terms(const Reading& reading) {
  if (!reading.lines.empty()) {
    ErlangReader(reading).read();
  }
}

} // namespace leadline
