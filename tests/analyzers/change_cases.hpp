#pragma once

#include <string>

namespace leadline::test {

// A file in which one part is taken out, or something else put in its place.
struct ChangeCase {
  std::string what;
  std::string path;
  std::string text;
  std::string part;
  std::string instead;
  std::string expected; // "rule severity" of the first finding of at least medium; "" none
};

void check_change(const ChangeCase& row);

} // namespace leadline::test
