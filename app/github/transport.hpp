#pragma once

#include "app/github/api_urls.hpp"
#include "base/secret.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace leadline {

enum class Endpoint { rest, graphql };

struct HttpRequest {
  std::string method = "GET";
  Endpoint endpoint = Endpoint::rest;
  std::string path; // below ApiUrls::rest, with its query: "/repos/o/r/pulls/1"; empty for graphql
  std::vector<std::pair<std::string, std::string>> headers; // beside those that every request has
  std::string body;                                         // JSON; empty: none
  Secret token;                     // JWT or installation token; empty: none
  std::int64_t installation_id = 0; // whose quota it uses; 0 the app's
  bool repeatable = false; // twice is as good as once although it is no GET: a query, an edit
};

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers; // names in lower case
  std::string body;

  // The first header of that lower-case name; "" when there is none.
  std::string header(std::string_view name) const;
};

// One request, one answer of whatever status. Throws Error(unavailable) when there was none or it
// could not be taken whole; the message has no token in it. Safe for several threads.
class HttpTransport {
public:
  virtual ~HttpTransport() = default;
  virtual HttpResponse send(const HttpRequest& request) = 0;
};

struct TransportOptions {
  std::chrono::seconds connect_timeout{10};
  std::chrono::seconds read_timeout{30};  // between two reads
  std::chrono::seconds total_timeout{90}; // of one exchange: from connecting to the answer's end
  std::size_t max_response_bytes = 32UL * 1024 * 1024;
  std::string ca_file;     // SSL_CERT_FILE; empty: the system's
  std::string https_proxy; // HTTPS_PROXY: "http://[user:password@]host:port"; empty: none
  std::string no_proxy;    // NO_PROXY: "host,.domain,*"

  // From the environment variables named above, in upper or lower case, and
  // LEADLINE_GITHUB_TIMEOUT_SECONDS for read_timeout, which total_timeout is three times. Throws
  // Error(bad_input) for what is no number of seconds from 1 to 600.
  static TransportOptions from_environment();
};

// Over TLS with verified certificates (plain http only where ApiUrls allows it). Adds User-Agent,
// Accept and X-GitHub-Api-Version (https://docs.github.com/rest/about-the-rest-api/api-versions).
// Follows up to three redirects within the same origin, as a renamed repository answers, with the
// same method and body, and none elsewhere. Throws Error(bad_input) for a proxy that is no URL.
std::unique_ptr<HttpTransport> make_http_transport(const ApiUrls& urls,
                                                   const TransportOptions& options);

} // namespace leadline
