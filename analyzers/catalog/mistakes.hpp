#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// The mistakes of files that a person wrote, collected so that all of them are told at once.
class Mistakes {
public:
  void add(std::string_view where, const std::string& what);
  bool empty() const { return m_lines.empty(); }
  // Throws Error(bad_input), one line for each mistake, when there are any.
  void throw_if_any() const;

private:
  std::vector<std::string> m_lines;
};

} // namespace leadline
