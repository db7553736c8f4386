#pragma once

#include "base/secret.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// The value of a variable; nullopt when it is not set. An empty value counts as not set.
using Environment = std::function<std::optional<std::string>(const char* name)>;
Environment process_environment();

// Variables as they are read, and every mistake in them, each on its line as `NAME: problem`.
// Values of secrets are never quoted.
class Variables {
public:
  explicit Variables(const Environment& environment) : m_environment(environment) {}

  std::optional<std::string> value(const char* name) const;
  // As a number; `fallback` when it is not set or is a mistake.
  int number(const char* name, int least, int most, int fallback);
  std::size_t mebibytes(const char* name, int least, int most, std::size_t fallback_bytes);
  // Of a list with commas whose items, each `what`, are too long to be guessed: at least 20
  // characters. Empty where it is not set or is a mistake.
  std::vector<Secret> long_secrets(const char* name, const char* what);

  void mistake(std::string_view name, const std::string& problem);
  void mistake_line(const std::string& line); // `NAME: problem`, made elsewhere
  // Throws Error(bad_input) with all of them.
  void require_no_mistake() const;

private:
  const Environment& m_environment;
  std::string m_mistakes;
};

} // namespace leadline
