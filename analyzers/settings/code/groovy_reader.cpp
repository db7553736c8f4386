#include "analyzers/settings/code/groovy_reader.hpp"

#include "analyzers/settings/code/literal_text.hpp"
#include "analyzers/settings/key_budget.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace leadline {
namespace {

constexpr std::size_t k_deepest = 24;
constexpr std::size_t k_longest_value = 1000;

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

enum class Kind { name, literal, mark, line_end, end };

struct Token {
  Kind kind = Kind::end;
  std::string_view text; // of strings without their quotes
  bool quoted = false;
  int line = 1;
};

class Lexer {
public:
  explicit Lexer(std::string_view text) : m_text(text) {}

  Token next() {
    while (m_at < m_text.size()) {
      const char c = m_text[m_at];
      if (c == '\n') {
        ++m_at;
        return {Kind::line_end, {}, false, m_line++};
      }
      const std::string_view two = m_text.substr(m_at, 2);
      if (two == "//" || two == "#!") {
        m_at = std::min(m_text.find('\n', m_at), m_text.size());
      } else if (two == "/*") {
        skip_past("*/", 2);
      } else if (m_text.substr(m_at, 3) == "'''" || m_text.substr(m_at, 3) == "\"\"\"") {
        skip_past(m_text.substr(m_at, 3), 3);
      } else if (c == '\'' || c == '"') {
        return string(c);
      } else if (is_letter(c) || is_digit(c) || (c == '-' && is_digit(peek()))) {
        return word();
      } else if (c == ' ' || c == '\t' || c == '\r') {
        ++m_at;
      } else {
        return {Kind::mark, m_text.substr(m_at++, 1), false, m_line};
      }
    }
    return {Kind::end, {}, false, m_line};
  }

private:
  char peek() const { return m_at + 1 < m_text.size() ? m_text[m_at + 1] : '\0'; }

  void skip_past(std::string_view end, std::size_t from) {
    const std::size_t found = m_text.find(end, m_at + from);
    const std::size_t stop = found == std::string_view::npos ? m_text.size() : found + end.size();
    m_line +=
        static_cast<int>(std::count(m_text.begin() + static_cast<std::ptrdiff_t>(m_at),
                                    m_text.begin() + static_cast<std::ptrdiff_t>(stop), '\n'));
    m_at = stop;
  }

  Token string(char quote) {
    const std::size_t start = ++m_at;
    while (m_at < m_text.size() && m_text[m_at] != quote && m_text[m_at] != '\n') {
      m_at += m_text[m_at] == '\\' ? 2 : 1;
    }
    const std::size_t end = std::min(m_at, m_text.size());
    m_at = end < m_text.size() && m_text[end] == quote ? end + 1 : end;
    return {Kind::literal, m_text.substr(start, end - start), true, m_line};
  }

  Token word() {
    const std::size_t start = m_at++;
    const bool number = !is_letter(m_text[start]);
    while (m_at < m_text.size() &&
           (is_letter(m_text[m_at]) || is_digit(m_text[m_at]) || m_text[m_at] == '.')) {
      ++m_at;
    }
    const std::string_view text = m_text.substr(start, m_at - start);
    const bool constant =
        text == "true" || text == "false" || text == "null" || text.substr(0, 12) == "JavaVersion.";
    return {number || constant ? Kind::literal : Kind::name, text, false, m_line};
  }

  std::string_view m_text;
  std::size_t m_at = 0;
  int m_line = 1;
};

class Reader {
public:
  std::vector<Setting> run(std::string_view text) {
    Lexer lexer(text);
    for (Token token = lexer.next();; token = lexer.next()) {
      take(token);
      if (token.kind == Kind::end) {
        return std::move(m_settings);
      }
    }
  }

private:
  // A name waits for what follows it.
  enum class After { nothing, name, assigned };

  struct Open {
    char bracket = '{';
    bool named = false; // put a segment on the path
  };

  void take(const Token& token) {
    const bool is = token.kind == Kind::mark;
    if (m_argument && is && token.text == ")") {
      const std::string own = std::move(m_path.back());
      m_name = own;
      m_path.pop_back();
      m_after = After::assigned;
      emit(*m_argument);
      m_path.push_back(own);
      m_name = {};
    }
    m_argument.reset();
    if (token.kind == Kind::name) {
      m_at_argument = false;
      m_name = token.text;
      m_after = After::name;
    } else if (token.kind == Kind::literal) {
      if (m_after != After::nothing && !m_name.empty()) {
        emit(token);
      } else if (m_at_argument && !m_path.empty()) {
        m_argument = token; // the value of the name in front when nothing follows
      }
      m_at_argument = false;
      m_after = After::nothing;
    } else if (is && (token.text == "=" || token.text == ":") && m_after == After::name) {
      m_after = After::assigned;
    } else if (is && (token.text == "{" || token.text == "(" || token.text == "[")) {
      open(token.text[0]);
    } else if (is && (token.text == "}" || token.text == ")" || token.text == "]")) {
      close();
    } else if (!(token.kind == Kind::line_end && m_after == After::assigned)) {
      m_after = After::nothing; // an operator, a comma: no value of the name before
    }
  }

  void open(char bracket) {
    const bool named = m_after != After::nothing && !m_name.empty() && m_path.size() < k_deepest;
    // retry(3): the one argument is the value of the name.
    if (bracket == '(' && m_after == After::name) {
      m_open.push_back({bracket, named});
      if (named) {
        m_path.push_back(bounded_segment(std::string(m_name)));
      }
      m_at_argument = named;
      m_after = After::nothing;
      m_name = {};
      return;
    }
    m_open.push_back({bracket, named});
    if (named) {
      m_path.push_back(bounded_segment(std::string(m_name)));
    }
    m_after = After::nothing;
    m_name = {};
  }

  void close() {
    m_after = After::nothing;
    if (!m_open.empty()) {
      if (m_open.back().named) {
        m_path.pop_back();
      }
      m_open.pop_back();
    }
  }

  void emit(const Token& token) {
    if (token.text.size() > k_longest_value) {
      return;
    }
    Setting setting;
    setting.key.segments = m_path;
    setting.value = std::string(token.text);
    setting.syntax = token.quoted ? ValueSyntax::quoted : ValueSyntax::plain;
    setting.first_line = setting.last_line = token.line;
    std::string name(m_name);
    // implementation 'group:library:1.0'
    const std::size_t version = token.text.rfind(':');
    if (m_after == After::name && token.quoted && version != std::string_view::npos &&
        version + 1 < token.text.size() && token.text.find(' ') == std::string_view::npos &&
        token.text.find(':') != version) {
      name += "[" + std::string(token.text.substr(0, version)) + "]";
      setting.value = std::string(token.text.substr(version + 1));
    }
    setting.key.segments.push_back(std::move(name));
    m_keys.take(setting.key);
    m_settings.push_back(std::move(setting));
  }

  std::vector<Setting> m_settings;
  KeyBudget m_keys;
  std::vector<std::string> m_path;
  std::vector<Open> m_open;
  std::string_view m_name;
  After m_after = After::nothing;
  bool m_at_argument = false;      // behind a name's opening parenthesis
  std::optional<Token> m_argument; // the one literal behind it
};

} // namespace

std::vector<Setting> read_groovy(std::string_view text) { return Reader().run(text); }

} // namespace leadline
