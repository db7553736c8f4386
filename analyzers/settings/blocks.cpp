// Servers whose files nest: nginx and other brace files, Apache's <Block>, HAProxy's sections.
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
// A directive over more lines than this has lost its semicolon.
constexpr std::size_t k_longest_directive = 60;

bool one_of(std::string_view text, std::initializer_list<std::string_view> list) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

std::string rest_of(const std::vector<std::string_view>& all, std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < all.size(); ++i) {
    text.append(text.empty() ? "" : " ").append(all[i]);
  }
  return text;
}

// "location ~ \.php$" is location[~ \.php$], "http" is http.
std::string block_segment(const std::vector<std::string_view>& all) {
  std::string segment(all.front());
  if (all.size() > 1) {
    std::string name = rest_of(all, 1);
    std::replace(name.begin(), name.end(), '[', '(');
    std::replace(name.begin(), name.end(), ']', ')');
    segment.append("[").append(name).append("]");
  }
  return segment;
}

bool is_pair(std::string_view word) {
  const std::size_t equals = word.find('=');
  return equals != std::string_view::npos && is_identifier(word.substr(0, equals)) &&
         equals + 1 < word.size();
}

class Directives {
public:
  explicit Directives(SettingTree& tree) : m_tree(tree) {}

  void add(SettingTree::Place place, std::string_view key, std::string_view value, int first,
           int last) {
    const Scanned scanned = unquoted(value);
    m_tree.add(place, key, {scanned.value, scanned.syntax, first, last});
  }

  // VCL writes .host = "x" and set beresp.ttl = 5m.
  static void drop_equals(std::vector<std::string_view>& all) {
    if (all[0].size() > 1 && all[0].front() == '.') {
      all[0].remove_prefix(1);
    }
    const std::size_t at = all[0] == "set" ? 2 : 1;
    if (all.size() > at + 1 && all[at] == "=") {
      all.erase(all.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }

  // key value; "proxy_set_header Host $host" is proxy_set_header.Host; key=value words stand apart.
  void directive(SettingTree::Place place, std::vector<std::string_view> all, int first, int last) {
    drop_equals(all);
    const std::string_view key = all.front();
    std::size_t name = 1;
    if (key == "Header" || key == "RequestHeader") {
      while (name < all.size() &&
             one_of(to_lower(all[name]),
                    {"always", "onsuccess", "set", "append", "add", "merge", "unset", "edit"})) {
        ++name;
      }
    }
    const std::string lower = to_lower(key);
    const bool named =
        one_of(lower, {"add_header", "proxy_set_header", "fastcgi_param", "uwsgi_param",
                       "grpc_set_header", "more_set_headers", "set", "setenv", "env", "header",
                       "expiresbytype", "requestheader", "php_value", "php_admin_value", "php_flag",
                       "php_admin_flag", "set_real_ip", "setenvif"});
    if (named && name + 1 < all.size()) {
      if (all.size() == name + 3 && all.back() == "always") {
        add(m_tree.child(place, key), all[name], all[name + 1], first, last);
        return;
      }
      add(m_tree.child(place, key), all[name], rest_of(all, name + 1), first, last);
      return;
    }
    std::size_t pairs = all.size();
    while (pairs > 1 && is_pair(all[pairs - 1])) {
      --pairs;
    }
    const bool parameters =
        std::any_of(all.begin() + 1, all.end(), is_pair) &&
        one_of(lower, {"server", "listen", "limit_req_zone", "limit_req", "limit_conn_zone",
                       "proxy_cache_path", "fastcgi_cache_path", "open_file_cache", "access_log",
                       "ssl_session_cache"});
    if (!parameters) {
      add(place, key, rest_of(all, 1), first, last);
      return;
    }
    std::string plain;
    std::string segment(key);
    if (key == "server" && all.size() > 1) {
      segment.append("[").append(all[1]).append("]");
    }
    const SettingTree::Place below = m_tree.child(place, segment);
    for (std::size_t i = 1; i < all.size(); ++i) {
      if (is_pair(all[i])) {
        const std::size_t equals = all[i].find('=');
        add(below, all[i].substr(0, equals), all[i].substr(equals + 1), first, last);
      } else {
        plain.append(plain.empty() ? "" : " ").append(all[i]);
      }
    }
    if (!plain.empty()) {
      add(place, key, plain, first, last);
    }
  }

private:
  SettingTree& m_tree;
};

class BraceReader {
public:
  explicit BraceReader(const Reading& reading) : m_reading(reading), m_out(reading.tree) {
    m_open.push_back(reading.place);
    std::size_t ends = 0, others = 0;
    for (const TextLine& line : reading.lines) {
      const std::string_view text = without_comment(trim(line.text), "#");
      if (!text.empty() && text.back() != '{' && text.back() != '}') {
        (text.back() == ';' ? ends : others) += 1;
      }
    }
    m_semicolons = ends > 0 && ends * 3 >= others;
  }

  void read() {
    for (const TextLine& line : m_reading.lines) {
      const std::string_view text = trim(line.text);
      if (!text.empty() && text.front() != '#' && text.substr(0, 2) != "//" &&
          !is_template_only(text)) {
        characters(without_comment(text, "#"), line.number);
      }
      if (!m_semicolons || (!m_statement.empty() && ++m_statement_lines > k_longest_directive)) {
        end_statement();
      }
    }
    end_statement();
  }

private:
  void characters(std::string_view text, int number) {
    const TemplateMarks marks(text);
    bool unclosed = false;
    std::size_t start = 0;
    std::size_t i = 0;
    const auto take = [&] {
      const std::string_view part = trim(text.substr(start, i - start));
      if (!part.empty()) {
        m_first = m_statement.empty() ? number : m_first;
        m_last = number;
        m_statement.append(m_statement.empty() ? "" : " ").append(part);
      }
      start = i + 1;
    };
    while (i < text.size()) {
      const char c = text[i];
      if (const std::size_t past = marks.skip(i); past != i) {
        i = past;
        continue;
      }
      const bool boundary = i == 0 || is_blank(text[i - 1]);
      if ((c == '"' || c == '\'') && boundary && !unclosed) {
        const std::size_t end = closing_quote(text, i, SingleQuotes::escaped);
        unclosed = end == std::string_view::npos;
        i = unclosed ? i : end;
      } else if (c == ';') {
        take();
        end_statement();
      } else if (c == '{' && (boundary || i + 1 == text.size())) {
        take();
        open_block(number);
      } else if (c == '}' && (boundary || i + 1 == text.size() || i == start)) {
        take();
        end_statement();
        if (m_beyond > 0) {
          --m_beyond;
        } else if (m_open.size() > 1) {
          m_open.pop_back();
        }
      }
      ++i;
    }
    take();
  }

  void open_block(int number) {
    (void)number;
    const std::vector<std::string_view> all = words(m_statement);
    if (m_open.size() >= k_deepest) {
      m_reading.tree.leave_unread();
      ++m_beyond;
    } else if (all.empty()) {
      m_open.push_back(m_open.back());
    } else {
      m_open.push_back(m_reading.tree.block(m_open.back(), block_segment(all)));
    }
    m_statement.clear();
    m_statement_lines = 0;
  }

  void end_statement() {
    const std::vector<std::string_view> all = words(m_statement);
    if (!all.empty()) {
      m_out.directive(m_open.back(), all, m_first, m_last);
    }
    m_statement.clear();
    m_statement_lines = 0;
  }

  const Reading& m_reading;
  Directives m_out;
  std::vector<SettingTree::Place> m_open;
  std::size_t m_beyond = 0;
  bool m_semicolons = true;
  std::string m_statement;
  std::size_t m_statement_lines = 0;
  int m_first = 0;
  int m_last = 0;
};

} // namespace

void read_nginx(const Reading& reading) { BraceReader(reading).read(); }

void read_apache(const Reading& reading) {
  Directives out(reading.tree);
  std::vector<SettingTree::Place> open{reading.place};
  const TextLines& lines = reading.lines;
  for (std::size_t i = 0; i < lines.size(); ++i) {
    std::string_view text = trim(lines[i].text);
    if (text.empty() || text.front() == '#' || is_template_only(text)) {
      continue;
    }
    const int first = lines[i].number;
    std::string whole;
    while (!text.empty() && text.back() == '\\' && i + 1 < lines.size()) {
      whole.append(text.substr(0, text.size() - 1)).push_back(' ');
      text = trim(lines[++i].text);
    }
    whole.append(text);
    text = trim(whole);
    if (text.empty()) { // nothing but continuations
      continue;
    }
    if (text.substr(0, 2) == "</") {
      if (open.size() > 1) {
        open.pop_back();
      }
    } else if (text.front() == '<' && text.back() == '>' && text.substr(0, 2) != "<%") {
      const std::vector<std::string_view> all = words(text.substr(1, text.size() - 2));
      if (open.size() >= k_deepest) {
        reading.tree.leave_unread();
      } else if (!all.empty()) {
        open.push_back(reading.tree.block(open.back(), block_segment(all)));
      }
    } else if (const std::vector<std::string_view> all = words(text); !all.empty()) {
      out.directive(open.back(), all, first, lines[i].number);
    }
  }
}

void read_haproxy(const Reading& reading) {
  static constexpr std::array<std::string_view, 12> k_sections = {
      "global",    "defaults", "frontend", "backend", "listen",  "peers",
      "resolvers", "userlist", "mailers",  "cache",   "program", "ring"};
  // First words that need the second to say what is set.
  static constexpr std::array<std::string_view, 14> k_two_words = {
      "timeout",     "option",      "stats",       "no",         "log-format",
      "errorfile",   "stick-table", "stick",       "http-check", "tcp-check",
      "compression", "capture",     "email-alert", "hold"};
  Directives out(reading.tree);
  SettingTree::Place section = reading.place;
  for (const TextLine& line : reading.lines) {
    const std::string_view text = without_comment(trim(line.text), "#");
    if (text.empty() || is_template_only(text)) {
      continue;
    }
    const std::vector<std::string_view> all = words(text);
    const int number = line.number;
    if (std::find(k_sections.begin(), k_sections.end(), all[0]) != k_sections.end() &&
        indent_of(line.text) == 0) {
      section = reading.tree.block(reading.place, block_segment(all));
      continue;
    }
    const bool server = all[0] == "server" || all[0] == "server-template" ||
                        all[0] == "default-server" || all[0] == "bind";
    if (server) {
      // server NAME ADDRESS [parameter [value]]...
      std::string segment(all[0]);
      std::size_t from = all[0] == "default-server" ? 1 : 2;
      if (all.size() > 1 && from == 2) {
        segment.append("[").append(all[1]).append("]");
      }
      std::string_view key = "address";
      if (all[0] == "server" && all.size() > 2) {
        from = 3;
        out.add(reading.tree.child(section, segment), key, all[2], number, number);
      } else if (all[0] == "bind" && all.size() > 1) {
        out.add(section, "bind", all[1], number, number);
      }
      const SettingTree::Place below = reading.tree.child(section, segment);
      for (std::size_t i = from; i < all.size(); ++i) {
        const bool flag = one_of(all[i], {"check",          "backup",       "ssl",
                                          "disabled",       "send-proxy",   "send-proxy-v2",
                                          "no-sslv3",       "no-tlsv10",    "no-tlsv11",
                                          "no-tlsv12",      "no-tlsv13",    "accept-proxy",
                                          "transparent",    "non-stick",    "strict-sni",
                                          "no-check",       "check-ssl",    "allow-0rtt",
                                          "no-tls-tickets", "defer-accept", "tfo"});
        if (flag || i + 1 == all.size()) {
          out.add(below, all[i], {}, number, number);
        } else {
          out.add(below, all[i], all[i + 1], number, number);
          ++i;
        }
      }
      continue;
    }
    const bool two = all.size() > 1 &&
                     std::find(k_two_words.begin(), k_two_words.end(), all[0]) != k_two_words.end();
    std::string key(all[0]);
    std::size_t from = 1;
    if (two) {
      key.append(" ").append(all[1]);
      from = 2;
      if (all[0] == "no" && all.size() > 2) {
        key.append(" ").append(all[2]);
        from = 3;
      }
    }
    // "acl NAME ...", "use_backend NAME ...", "http-request ACTION ..." differ by what follows.
    if (all[0] == "acl" && all.size() > 2) {
      out.add(reading.tree.child(section, "acl"), all[1], rest_of(all, 2), number, number);
    } else {
      out.add(section, key, rest_of(all, from), number, number);
    }
  }
}

} // namespace leadline
