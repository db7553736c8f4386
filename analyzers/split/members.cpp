#include "analyzers/split/members.hpp"

#include "analyzers/split/tokens.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace leadline {
namespace {

constexpr std::string_view k_statements =
    " return else if for foreach while switch case throw new delete await yield using goto do "
    "assert "
    "in of not and or print echo import from package go defer select break continue raise try "
    "except "
    "finally with pass lambda type struct enum class interface func def fn let mut impl end ";
constexpr std::string_view k_field_words =
    " public private protected internal static final readonly const volatile var val val lateinit "
    "override abstract required pub ";

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }

class LineMembers {
public:
  LineMembers(std::string_view code, const Language& language)
      : m_language(language), m_text(trim(code)), m_tokens(tokens_of(m_text)) {}

  std::string_view name() const {
    if (m_tokens.empty() || m_tokens[0].begin > 1 || is_among(k_statements, m_tokens[0].text)) {
      return {};
    }
    const std::string_view id = m_language.id;
    return id == "go"                   ? of_go()
           : id == "rs"                 ? of_rust()
           : id == "c"                  ? of_c()
           : id == "java" || id == "cs" ? of_java()
           : id == "js"                 ? of_js()
           : id == "py"                 ? of_python()
           : id == "proto"              ? of_proto()
                                        : std::string_view();
  }

private:
  std::string_view first() const { return m_tokens[0].text; }
  bool large() const { return is_upper(first()[0]); }
  char behind_first() const {
    const std::size_t at = skip_blanks(m_text, m_tokens[0].end);
    return at < m_text.size() ? m_text[at] : '\0';
  }
  bool ends(char c) const { return m_text.back() == c; }

  // "PoolSize int", "KindA Kind = iota", "KindB", "Fetch(n int) error"
  std::string_view of_go() const {
    const bool apart = m_tokens[0].end == m_text.size() || is_blank(m_text[m_tokens[0].end]) ||
                       m_text[m_tokens[0].end] == '(';
    return large() && apart && behind_first() != ':' && behind_first() != '.' ? first()
                                                                              : std::string_view();
  }

  // "pub size: usize,", "Idle,", "Idle(u32),"
  std::string_view of_rust() const {
    if (first() == "pub") {
      for (std::size_t i = 1; i < m_tokens.size() && i < 3; ++i) {
        const std::size_t end = m_tokens[i].end;
        if (end + 1 < m_text.size() && m_text[end] == ':' && m_text[end + 1] != ':') {
          return m_tokens[i].text;
        }
      }
      return {};
    }
    const char next = behind_first();
    return large() && ends(',') && (next == ',' || next == '(' || next == '{' || next == '=')
               ? first()
               : std::string_view();
  }

  // "int size = 3;", "std::string name_;", "kIdle,", "IDLE = 2,"
  std::string_view of_c() const {
    if (ends(';')) {
      const std::size_t value = std::min(m_text.find_first_of("=;{["), m_text.size());
      const std::string_view left = m_text.substr(0, value);
      const std::vector<Token> names = tokens_of(left);
      const bool plain = names.size() > 1 && left.find_first_of("(.,") == std::string_view::npos &&
                         !holds(left, "->") && skip_blanks(left, names.back().end) == left.size();
      return plain ? names.back().text : std::string_view();
    }
    const bool constant =
        large() || (first().size() > 1 && first()[0] == 'k' && is_upper(first()[1]));
    return constant && ends(',') && (behind_first() == ',' || behind_first() == '=')
               ? first()
               : std::string_view();
  }

  // "private final int size;", "IDLE,", "IDLE(3),", "val size: Int,"
  std::string_view of_java() const {
    if (is_among(k_field_words, first())) {
      const std::size_t value = std::min(m_text.find_first_of("=;{:"), m_text.size());
      const std::string_view left = m_text.substr(0, value);
      const std::vector<Token> names = tokens_of(left);
      return names.size() > 1 && !holds(left, "(") ? names.back().text : std::string_view();
    }
    return large() && ends(',') && (behind_first() == ',' || behind_first() == '(')
               ? first()
               : std::string_view();
  }

  // "size: number;", "size?: number;", "private size = 3;"
  std::string_view of_js() const {
    std::size_t name = 0;
    while (name + 1 < m_tokens.size() && is_among(k_field_words, m_tokens[name].text) &&
           m_tokens[name].text != "var" && m_tokens[name].text != "const") {
      ++name;
    }
    std::size_t at = m_tokens[name].end;
    at += at < m_text.size() && m_text[at] == '?' ? 1 : 0;
    const bool typed = at < m_text.size() && m_text[at] == ':' && ends(';');
    return typed ? m_tokens[name].text : std::string_view();
  }

  // "size: int = 3" and "self.size = 3"
  std::string_view of_python() const {
    if (first() == "self" && m_tokens.size() > 1 && m_tokens[1].begin == 5) {
      const std::size_t at = skip_blanks(m_text, m_tokens[1].end);
      const bool set = at < m_text.size() && (m_text[at] == '=' || m_text[at] == ':') &&
                       (at + 1 == m_text.size() || m_text[at + 1] != '=');
      return set ? m_tokens[1].text : std::string_view();
    }
    return m_tokens.size() > 1 && behind_first() == ':' && !ends(':') && !ends(',') && !ends('{')
               ? first()
               : std::string_view();
  }

  // "repeated string pool_names = 3;"
  std::string_view of_proto() const {
    const std::size_t value = m_text.find('=');
    if (value == std::string_view::npos || !ends(';') || first() == "option") {
      return {};
    }
    const std::vector<Token> names = tokens_of(m_text.substr(0, value));
    return names.empty() ? std::string_view() : names.back().text;
  }

  const Language& m_language;
  std::string_view m_text;
  std::vector<Token> m_tokens;
};

} // namespace

void each_member(std::string_view code, const Language& language, const TakeWord& take) {
  if (code.empty() || !is_blank(code.front())) {
    return;
  }
  const std::string_view text = trim(code);
  if (language.id == "rb" &&
      (text.starts_with("attr_accessor ") || text.starts_with("attr_reader ") ||
       text.starts_with("attr_writer "))) {
    const std::vector<Token> names = tokens_of(text);
    for (std::size_t i = 1; i < names.size(); ++i) {
      take(names[i].text);
    }
    return;
  }
  if (const std::string_view name = LineMembers(code, language).name(); !name.empty()) {
    take(name);
  }
}

void each_access(std::string_view code, const TakeWord& take) {
  for (const Token& token : tokens_of(code)) {
    const std::string_view before = code.substr(0, token.begin);
    const bool reached = before.ends_with("->") || before.ends_with("::") ||
                         (before.ends_with(".") && !before.ends_with("..") && before.size() > 1);
    const bool set = token.end < code.size() && code[token.end] == ':' &&
                     (token.end + 1 == code.size() || code[token.end + 1] != ':');
    if (reached || set) {
      take(token.text);
    }
  }
}

std::string without_spelling(std::string_view name) {
  std::string text = to_lower(name);
  text.erase(std::remove(text.begin(), text.end(), '_'), text.end());
  const bool prefixed = text.size() > 3 && (text.starts_with("get") || text.starts_with("set")) &&
                        (is_upper(name[3]) || name[3] == '_');
  return prefixed ? text.substr(3) : text;
}

} // namespace leadline
