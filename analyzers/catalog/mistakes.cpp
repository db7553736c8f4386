#include "analyzers/catalog/mistakes.hpp"

#include "base/error.hpp"

namespace leadline {

void Mistakes::add(std::string_view where, const std::string& what) {
  m_lines.push_back(std::string(where) + ": " + what);
}

void Mistakes::throw_if_any() const {
  if (m_lines.empty()) {
    return;
  }
  std::string message;
  for (const std::string& line : m_lines) {
    message += message.empty() ? line : "\n" + line;
  }
  throw Error(ErrorKind::bad_input, message);
}

} // namespace leadline
