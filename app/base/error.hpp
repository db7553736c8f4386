#pragma once

#include <stdexcept>
#include <string>
#include <string_view>

namespace leadline {

// What the caller can do about a failure. Each boundary (exit code, HTTP status, retry) maps
// it once.
enum class ErrorKind {
  bad_input,   // the sender must change something
  denied,      // signature, token or permission refused
  not_found,   // the named thing is absent
  unavailable, // may work later: network, lock, rate limit
};

// The one exception type for failures. The message names the thing and the value, starts in lower
// case and has no full stop: `rule "x": weight 12 is not in 0..10`.
class Error : public std::runtime_error {
public:
  Error(ErrorKind kind, const std::string& message);

  ErrorKind kind() const noexcept { return m_kind; }

  // The same kind with "doing: message"; for adding context on the way out.
  [[nodiscard]] Error while_doing(std::string_view doing) const;

private:
  ErrorKind m_kind;
};

// "bad_input", "denied", "not_found" or "unavailable"; for logs.
std::string_view name_of(ErrorKind kind);

} // namespace leadline
