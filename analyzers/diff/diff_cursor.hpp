#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// The place in a diff text up to which it is read. Lines past the end are empty. Views are into the
// text.
class DiffCursor {
public:
  // Throws Error(bad_input) when the lines cannot be counted in an int.
  explicit DiffCursor(std::string_view text);

  bool done() const { return m_at >= m_lines.size(); }
  int number() const { return static_cast<int>(m_at) + 1; } // of the line to read, from 1
  int lines() const { return static_cast<int>(m_lines.size()); }
  void next(std::size_t count = 1) { m_at += count; }

  std::string_view line(std::size_t ahead = 0) const;
  // For headers: without the '\r' of a text that was converted to CRLF. git quotes a name that ends
  // in one.
  std::string_view header(std::size_t ahead = 0) const;
  bool starts_with(std::string_view prefix, std::size_t ahead = 0) const;
  bool at_plain_entry() const; // "---", "+++" and a hunk

  // Throw Error(bad_input) with the number of a line.
  [[noreturn]] void fail(const std::string& what) const { fail_at(number(), what); }
  [[noreturn]] static void fail_at(int line, const std::string& what);

private:
  std::vector<std::string_view> m_lines;
  std::size_t m_at = 0;
};

// The start of a bad line, in quotes, as an error repeats it.
std::string shown_line(std::string_view line);

} // namespace leadline
