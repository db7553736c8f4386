#pragma once

#include "app/jobs/acknowledgement.hpp"
#include "app/web/http_server.hpp"
#include "base/secret.hpp"

#include <vector>

namespace leadline {

struct AuditParts {
  std::vector<Secret> tokens; // any of them opens it; several while one is being rotated
  AcknowledgementLog& acknowledgements;
  spdlog::logger& logger;
};

// GET /api/audit: what `leadline audit` exports, one JSON object a line, oldest first, to whoever
// brings a token as "Authorization: Bearer TOKEN" (RFC 6750), which is compared in constant time.
//   repository  "owner/name"; all without it
//   after       the id behind which to go on; 0 without it
//   limit       1..500 rows; 100 without it
// While there are more, a Link header (RFC 8288) has the address of the next page. 401 without a
// token, 400 for other parameters, 503 when the store cannot be read. No route may be made without
// tokens.
WebRoute audit_route(AuditParts parts);

// Whether `header` is "Bearer " and one of `tokens`; an empty one never is.
bool bears_token(const std::vector<Secret>& tokens, std::string_view header);

} // namespace leadline
