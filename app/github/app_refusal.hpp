#pragma once

#include "app/github/transport.hpp"

#include <optional>

namespace leadline {

// Whether GitHub refuses the App itself, as an answer shows it: to what is asked in the App's own
// name (a JWT, https://docs.github.com/rest/apps/apps), a 401 says so and a success that it does
// not. Everything else says nothing: no answer, a failure of GitHub, a proxy's, or a repository's
// or installation's.
inline std::optional<bool> shows_refusal(const HttpRequest& request, const HttpResponse* response) {
  const bool asks_as_app =
      request.installation_id == 0 && (request.path == "/app" || request.path.starts_with("/app/"));
  if (response == nullptr || !asks_as_app) {
    return std::nullopt;
  }
  if (response->status == 401) {
    return true;
  }
  return response->status >= 200 && response->status < 300 ? std::optional(false) : std::nullopt;
}

} // namespace leadline
