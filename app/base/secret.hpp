#pragma once

#include <string>
#include <utility>

namespace leadline {

// A value that must not be logged or printed: it has no formatter and no stream operator, and
// reading it takes the word `reveal`.
class Secret {
public:
  Secret() = default;
  explicit Secret(std::string value) : m_value(std::move(value)) {}

  const std::string& reveal() const { return m_value; }
  bool empty() const { return m_value.empty(); }

private:
  std::string m_value;
};

} // namespace leadline
