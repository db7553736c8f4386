#include "analyzers/settings/code/brace_tokens.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace leadline {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class Scanner {
public:
  Scanner(BraceLanguage language, std::string_view text) : m_language(language), m_text(text) {}

  std::vector<BraceToken> run() {
    while (m_at < m_text.size()) {
      next();
    }
    return std::move(m_tokens);
  }

private:
  bool is_hcl() const { return m_language == BraceLanguage::hcl; }
  char peek(std::size_t ahead = 0) const {
    return m_at + ahead < m_text.size() ? m_text[m_at + ahead] : '\0';
  }
  bool sees(std::string_view mark) const { return m_text.substr(m_at, mark.size()) == mark; }

  void add(TokenKind kind, std::size_t end, std::size_t content_begin, std::size_t content_end) {
    end = std::min(end, m_text.size());
    content_begin = std::min(content_begin, end);
    content_end = std::clamp(content_end, content_begin, end);
    BraceToken token{kind, m_text.substr(m_at, end - m_at),
                     m_text.substr(content_begin, content_end - content_begin), m_line, 0};
    token.content_line = m_line + lines_in(m_at, content_begin);
    m_line += lines_in(m_at, end);
    m_at = end;
    m_tokens.push_back(token);
  }

  int lines_in(std::size_t begin, std::size_t end) const {
    return static_cast<int>(std::count(m_text.begin() + static_cast<std::ptrdiff_t>(begin),
                                       m_text.begin() + static_cast<std::ptrdiff_t>(end), '\n'));
  }

  void skip_to(std::size_t end) {
    end = std::min(end, m_text.size());
    m_line += lines_in(m_at, end);
    m_at = end;
  }

  void next() {
    const char c = peek();
    if (c == '\n') {
      m_tokens.push_back({TokenKind::line_end, m_text.substr(m_at, 1), {}, m_line, m_line});
      ++m_at;
      ++m_line;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      ++m_at;
    } else if (c == '#' || sees("//")) {
      skip_to(m_text.find('\n', m_at));
    } else if (sees("/*")) {
      const std::size_t end = m_text.find("*/", m_at + 2);
      skip_to(end == std::string_view::npos ? end : end + 2);
    } else if (c == '"' || (!is_hcl() && c == '\'')) {
      quoted(0);
    } else if (!is_hcl() && c == '@' && (peek(1) == '"' || peek(1) == '\'')) {
      quoted(1);
    } else if (is_hcl() && sees("<<") &&
               (is_word(peek(2)) || (peek(2) == '-' && is_word(peek(3))))) {
      heredoc();
    } else if (!is_hcl() && sees("|||")) {
      text_block();
    } else if (is_digit(c)) {
      std::size_t end = m_at;
      while (end < m_text.size() &&
             (is_word(m_text[end]) ||
              (m_text[end] == '.' && end + 1 < m_text.size() && is_digit(m_text[end + 1])) ||
              ((m_text[end] == '-' || m_text[end] == '+') &&
               (m_text[end - 1] == 'e' || m_text[end - 1] == 'E')))) {
        ++end;
      }
      add(TokenKind::number, end, m_at, end);
    } else if (is_word(c) || c == '$') {
      std::size_t end = m_at + 1;
      while (end < m_text.size() && (is_word(m_text[end]) || (is_hcl() && m_text[end] == '-'))) {
        ++end;
      }
      add(TokenKind::name, end, m_at, end);
    } else {
      std::size_t width = 1;
      for (const std::string_view mark :
           {"+:::", "+::", ":::", "...", "::", "+:", "==", "!=", "<=", ">=", "&&", "||", "=>"}) {
        if (sees(mark)) {
          width = mark.size();
          break;
        }
      }
      add(TokenKind::mark, m_at + width, m_at, m_at + width);
    }
  }

  // A string on one line; HCL's may hold `${...}` with strings inside.
  void quoted(std::size_t prefix) {
    const std::size_t begin = m_at + prefix;
    std::vector<char> open = {m_text[begin]};
    std::size_t at = begin + 1;
    for (; at < m_text.size() && m_text[at] != '\n'; ++at) {
      const char c = m_text[at];
      if (c == '\\' && prefix == 0) {
        ++at;
      } else if (open.back() == '{') {
        if (c == '}') {
          open.pop_back();
        } else if (c == '{' || c == '"') {
          open.push_back(c);
        }
      } else if (c == open.back()) {
        open.pop_back();
        if (open.empty()) {
          add(TokenKind::string, at + 1, begin + 1, at);
          return;
        }
      } else if (is_hcl() && (c == '$' || c == '%') && at + 1 < m_text.size() &&
                 m_text[at + 1] == '{') {
        open.push_back('{');
        ++at;
      }
    }
    add(TokenKind::string, at, begin + 1, at);
  }

  // From the line after the mark to the line before the one that starts with `end_mark`.
  void block(std::size_t first_line_end, std::string_view end_mark, bool whole_line) {
    std::size_t line =
        first_line_end == std::string_view::npos ? m_text.size() : first_line_end + 1;
    const std::size_t content = std::min(line, m_text.size());
    while (line < m_text.size()) {
      const std::size_t end = std::min(m_text.find('\n', line), m_text.size());
      const std::string_view words = trim(m_text.substr(line, end - line));
      if (whole_line ? words == end_mark : words.substr(0, end_mark.size()) == end_mark) {
        const std::size_t mark_begin = static_cast<std::size_t>(words.data() - m_text.data());
        add(TokenKind::text_block, mark_begin + end_mark.size(), content, line);
        return;
      }
      line = end + 1;
    }
    add(TokenKind::text_block, m_text.size(), content, m_text.size());
  }

  void heredoc() {
    std::size_t name = m_at + 2 + (peek(2) == '-' ? 1 : 0);
    std::size_t end = name;
    while (end < m_text.size() && (is_word(m_text[end]) || m_text[end] == '-')) {
      ++end;
    }
    block(m_text.find('\n', end), m_text.substr(name, end - name), true);
  }

  void text_block() { block(m_text.find('\n', m_at), "|||", false); }

  BraceLanguage m_language;
  std::string_view m_text;
  std::size_t m_at = 0;
  int m_line = 1;
  std::vector<BraceToken> m_tokens;
};

} // namespace

std::vector<BraceToken> brace_tokens(BraceLanguage language, std::string_view text) {
  return Scanner(language, text).run();
}

} // namespace leadline
