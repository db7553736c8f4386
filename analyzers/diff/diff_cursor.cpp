#include "analyzers/diff/diff_cursor.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <limits>

#include <fmt/format.h>

namespace leadline {

DiffCursor::DiffCursor(std::string_view text) : m_lines(split_lines(text)) {
  if (m_lines.size() >= static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw Error(ErrorKind::bad_input, fmt::format("diff has {} lines", m_lines.size()));
  }
}

std::string_view DiffCursor::line(std::size_t ahead) const {
  return m_at + ahead < m_lines.size() ? m_lines[m_at + ahead] : std::string_view();
}

std::string_view DiffCursor::header(std::size_t ahead) const {
  std::string_view text = line(ahead);
  if (!text.empty() && text.back() == '\r') {
    text.remove_suffix(1);
  }
  return text;
}

bool DiffCursor::starts_with(std::string_view prefix, std::size_t ahead) const {
  return line(ahead).substr(0, prefix.size()) == prefix;
}

bool DiffCursor::at_plain_entry() const {
  return starts_with("--- ") && starts_with("+++ ", 1) && starts_with("@@ -", 2);
}

void DiffCursor::fail_at(int line, const std::string& what) {
  throw Error(ErrorKind::bad_input, fmt::format("diff line {}: {}", line, what));
}

std::string shown_line(std::string_view line) {
  constexpr std::size_t k_longest = 80;
  return "\"" + to_valid_utf8(line.substr(0, k_longest)) + "\"";
}

} // namespace leadline
