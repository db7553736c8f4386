#include "base/error.hpp"

namespace leadline {

Error::Error(ErrorKind kind, const std::string& message)
    : std::runtime_error(message), m_kind(kind) {}

Error Error::while_doing(std::string_view doing) const {
  return Error(m_kind, std::string(doing) + ": " + what());
}

std::string_view name_of(ErrorKind kind) {
  switch (kind) {
  case ErrorKind::bad_input:
    return "bad_input";
  case ErrorKind::denied:
    return "denied";
  case ErrorKind::not_found:
    return "not_found";
  case ErrorKind::unavailable:
    return "unavailable";
  }
  return "unavailable";
}

} // namespace leadline
