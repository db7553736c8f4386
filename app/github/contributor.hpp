#pragma once

#include <cstdint>
#include <string>

namespace leadline {

// An account as GitHub names it, and whose change a pull request is.
struct Contributor {
  std::int64_t id = 0; // 0 not known; an account keeps it when its login changes
  std::string login;

  bool operator==(const Contributor&) const = default;
};

} // namespace leadline
