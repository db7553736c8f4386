#include "app/web/audit_route.hpp"

#include "app/github/api_urls.hpp"
#include "app/log.hpp"
#include "app/render/audit.hpp"
#include "base/digest.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <spdlog/spdlog.h>

#include <cassert>
#include <charconv>
#include <memory>

namespace leadline {
namespace {

constexpr const char* k_path = "/api/audit";
constexpr std::int64_t k_usual_rows = 100;
constexpr std::int64_t k_most_rows = 500; // a row has up to 30 KB

WebResponse plain(int status, const char* text) {
  WebResponse response;
  response.status = status;
  response.body = text;
  return response;
}

// A number from `least` on; `fallback` where the parameter is not given, nullopt for anything else.
std::optional<std::int64_t> number(const WebRequest& request, std::string_view name,
                                   std::int64_t least, std::int64_t most, std::int64_t fallback) {
  const std::string text = request.parameter(name);
  if (text.empty()) {
    return fallback;
  }
  std::int64_t value = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
  return failed == std::errc() && end == text.data() + text.size() && value >= least &&
                 value <= most
             ? std::optional(value)
             : std::nullopt;
}

WebResponse rows_of(const AuditParts& parts, const WebRequest& request) {
  if (!request.asks_only_for({"repository", "after", "limit"})) {
    return plain(400, "the parameters are repository, after and limit, each once\n");
  }
  const std::string repository = request.parameter("repository");
  const auto after = number(request, "after", 0, std::numeric_limits<std::int64_t>::max(), 0);
  const auto limit = number(request, "limit", 1, k_most_rows, k_usual_rows);
  if (!after || !limit) {
    return plain(400, "after is an id, limit is in 1..500\n");
  }
  std::vector<Acknowledgement> rows;
  try {
    rows = parts.acknowledgements.audit(repository, *after, static_cast<std::size_t>(*limit) + 1);
  } catch (const Error& e) {
    parts.logger.error("the audit cannot be read: {}", e.what());
    return plain(503, "the store cannot be read now\n");
  }
  const bool more = rows.size() > static_cast<std::size_t>(*limit);
  rows.resize(std::min(rows.size(), static_cast<std::size_t>(*limit)));
  WebResponse response;
  response.content_type = "application/x-ndjson";
  for (const Acknowledgement& row : rows) {
    response.body += audit_json(row);
  }
  if (more) {
    const std::string of = repository.empty() ? "" : "repository=" + url_encode(repository) + "&";
    response.headers.emplace_back("Link", fmt::format("<{}?{}after={}&limit={}>; rel=\"next\"",
                                                      k_path, of, rows.back().id, *limit));
  }
  parts.logger.info("audit: {} rows behind {} to {}", rows.size(), *after, request.peer);
  return response;
}

} // namespace

bool bears_token(const std::vector<Secret>& tokens, std::string_view header) {
  constexpr std::string_view k_scheme = "bearer ";
  if (header.size() <= k_scheme.size() || to_lower(header.substr(0, k_scheme.size())) != k_scheme) {
    return false;
  }
  // Digests have one length: the time tells nothing of the token's, nor of how much of it is right.
  const std::string given = sha256_hex(header.substr(k_scheme.size()));
  bool bears = false;
  for (const Secret& token : tokens) {
    const std::string expected = sha256_hex(token.reveal());
    bears |= !token.empty() && CRYPTO_memcmp(given.data(), expected.data(), expected.size()) == 0;
  }
  return bears;
}

WebRoute audit_route(AuditParts parts) {
  assert(!parts.tokens.empty());
  WebRoute route;
  route.method = "GET";
  route.path = k_path;
  // A std::function is copied, which a LogLimit cannot be.
  const auto refusals = std::make_shared<LogLimit>();
  route.handler = [parts = std::move(parts), refusals](const WebRequest& request) {
    if (!bears_token(parts.tokens, request.header("Authorization"))) {
      if (const auto others = refusals->pass()) {
        parts.logger.warn("audit refused: no token of ours, from {} ({} more before)", request.peer,
                          *others);
      }
      WebResponse refused = plain(401, "a token is needed\n");
      refused.headers.emplace_back("WWW-Authenticate", "Bearer");
      return refused;
    }
    return rows_of(parts, request);
  };
  return route;
}

} // namespace leadline
