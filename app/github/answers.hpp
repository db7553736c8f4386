#pragma once

#include "app/github/transport.hpp"
#include "base/error.hpp"

#include <string>
#include <string_view>

namespace leadline {

// Throws unless the status is 2xx: Error(denied) for 401, 403 and 451, not_found for 404 and 410,
// unavailable for 5xx, 409 and 429, bad_input for all others; with the status, GitHub's message
// and, for 403, the permission that it names. A success with a body that cannot be GitHub's JSON is
// unavailable too. Refusals for a limit never come here: the rate limit keeps them.
void require_success(const HttpResponse& response, std::string_view doing);

// "/repos/owner/name", encoded. Throws Error(bad_input) unless `repository` is "owner/name".
std::string repository_path(const std::string& repository);

// What `read` returns; its Error gets `doing` in front.
template <typename Read>
auto understood(std::string_view doing, Read read) {
  try {
    return read();
  } catch (const Error& error) {
    throw error.while_doing(doing);
  }
}

} // namespace leadline
