#include "app/github/transport.hpp"

#include "app/github/http_client.hpp"
#include "app/version.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <httplib.h>

#include <charconv>
#include <cstdlib>
#include <mutex>
#include <optional>

namespace leadline {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t k_max_idle_connections = 8;
// An idle TLS connection that the server closed cannot be told from a live one, so it is kept only
// for the requests of one run.
constexpr std::chrono::seconds k_max_idle{5};
constexpr int k_max_redirects = 3;
constexpr const char* k_timeout_variable = "LEADLINE_GITHUB_TIMEOUT_SECONDS";
constexpr int k_longest_timeout = 600;

std::string environment(const char* upper, const char* lower) {
  for (const char* name : {upper, lower}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') {
      return value;
    }
  }
  return {};
}

bool bypasses_proxy(const std::string& host, const std::string& no_proxy) {
  for (const std::string_view piece : split(no_proxy, ',')) {
    std::string entry = to_lower(trim(piece));
    if (entry == "*") {
      return true;
    }
    if (!entry.empty() && entry.front() == '.') {
      entry.erase(0, 1);
    }
    if (entry.empty()) {
      continue;
    }
    const std::string suffix = "." + entry;
    if (host == entry || (host.size() > suffix.size() &&
                          host.compare(host.size() - suffix.size(), suffix.size(), suffix) == 0)) {
      return true;
    }
  }
  return false;
}

struct Proxy {
  std::string host;
  int port = 0;
  std::string user;
  Secret password;
};

std::optional<Proxy> parse_proxy(const std::string& url) {
  if (url.empty()) {
    return std::nullopt;
  }
  Proxy proxy;
  std::string address = url.find("://") == std::string::npos ? "http://" + url : url;
  const std::size_t start = address.find("://") + 3;
  const std::size_t at = address.rfind('@');
  if (at != std::string::npos && at >= start) {
    const std::string login = address.substr(start, at - start);
    const std::size_t colon = login.find(':');
    proxy.user = httplib::detail::decode_url(login.substr(0, colon), false);
    if (colon != std::string::npos) {
      proxy.password = Secret(httplib::detail::decode_url(login.substr(colon + 1), false));
    }
    address.erase(start, at - start + 1);
  }
  const std::optional<UrlParts> parts = parse_url(address);
  if (!parts || parts->scheme != "http") { // the value is not repeated: it may hold a password
    throw Error(ErrorKind::bad_input, "HTTPS_PROXY is not a URL of the form http://host:port");
  }
  proxy.host = parts->host;
  proxy.port = parts->port;
  return proxy;
}

bool has_control_character(std::string_view text) {
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      return true;
    }
  }
  return false;
}

class HttpsTransport final : public HttpTransport {
public:
  HttpsTransport(const ApiUrls& urls, TransportOptions options)
      : m_rest(*parse_url(urls.rest)), m_graphql(*parse_url(urls.graphql)),
        m_options(std::move(options)) {
    parse_proxy(m_options.https_proxy); // a mistake shows at start
  }

  HttpResponse send(const HttpRequest& request) override {
    const bool graphql = request.endpoint == Endpoint::graphql;
    const UrlParts& base = graphql ? m_graphql : m_rest;
    std::string target = graphql || base.target == "/" ? "" : base.target;
    target += graphql ? base.target : request.path;
    for (int redirects = 0;; ++redirects) {
      HttpResponse response = send_once(base, target, request);
      const std::optional<std::string> moved = redirect(base, response);
      if (!moved || redirects == k_max_redirects) {
        return response;
      }
      target = *moved;
    }
  }

private:
  struct Idle {
    std::unique_ptr<httplib::Client> client;
    std::string origin;
    SteadyClock::time_point since;
  };

  // Where to repeat the request; nullopt unless the answer says so and stays within the origin. The
  // token must never follow a redirect to another host.
  static std::optional<std::string> redirect(const UrlParts& base, const HttpResponse& response) {
    // Whatever the status, GitHub asks for the same request again at the new place: a write that
    // became a GET would be lost and look as if it were done
    // (https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#follow-redirects).
    const int status = response.status;
    if (status != 301 && status != 302 && status != 307 && status != 308) {
      return std::nullopt;
    }
    std::string location = response.header("location");
    if (!location.empty() && location.front() == '/' && location.substr(0, 2) != "//") {
      location.insert(0, base.origin());
    }
    const std::optional<UrlParts> parts = parse_url(location);
    if (!parts || parts->origin() != base.origin()) {
      return std::nullopt;
    }
    return parts->target;
  }

  HttpResponse send_once(const UrlParts& base, const std::string& target,
                         const HttpRequest& request) {
    // The query is left out of messages: it never holds a token, but it is noise.
    const std::string name =
        request.method + " " + base.scheme + "://" + base.host + target.substr(0, target.find('?'));
    httplib::Request wire;
    wire.method = request.method;
    wire.path = target;
    wire.body = request.body;
    wire.headers = {{"User-Agent", "leadline/" + std::string(version())},
                    {"X-GitHub-Api-Version", "2022-11-28"}};
    bool accept = false;
    for (const auto& [header, value] : request.headers) {
      accept = accept || to_lower(header) == "accept";
      wire.headers.emplace(header, value);
    }
    if (!accept) {
      wire.headers.emplace("Accept", "application/vnd.github+json");
    }
    if (!request.body.empty()) {
      wire.headers.emplace("Content-Type", "application/json");
    }
    if (!request.token.empty()) {
      wire.headers.emplace("Authorization", "Bearer " + request.token.reveal());
    }
    for (const auto& [header, value] : wire.headers) {
      if (has_control_character(header) || has_control_character(value)) {
        throw Error(ErrorKind::bad_input, name + ": header " + header + " has control characters");
      }
    }

    std::string body;
    const char* stopped = nullptr;
    const SteadyClock::time_point deadline = SteadyClock::now() + m_options.total_timeout;
    wire.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
      if (body.size() + size > m_options.max_response_bytes) {
        stopped = "the answer is larger than what is accepted";
      } else if (SteadyClock::now() > deadline) {
        stopped = "the answer took too long";
      } else {
        body.append(data, size);
      }
      return stopped == nullptr;
    };

    std::unique_ptr<httplib::Client> client = take_client(base);
    const httplib::Result result = client->send(wire);
    if (!result) {
      throw Error(ErrorKind::unavailable,
                  name + ": " + (stopped != nullptr ? stopped : http_failure(result.error())));
    }
    HttpResponse response;
    response.status = result->status;
    response.body = std::move(body);
    for (const auto& [header, value] : result->headers) {
      response.headers.emplace_back(to_lower(header), value);
    }
    keep_client(std::move(client), base.origin());
    return response;
  }

  std::unique_ptr<httplib::Client> take_client(const UrlParts& base) {
    const std::string origin = base.origin();
    {
      const std::lock_guard<std::mutex> lock(m_mutex);
      const SteadyClock::time_point oldest = SteadyClock::now() - k_max_idle;
      std::unique_ptr<httplib::Client> found;
      std::vector<Idle> kept;
      for (Idle& idle : m_idle) {
        if (idle.since < oldest) {
          continue;
        }
        if (!found && idle.origin == origin) {
          found = std::move(idle.client);
        } else {
          kept.push_back(std::move(idle));
        }
      }
      m_idle = std::move(kept);
      if (found) {
        return found;
      }
    }
    return make_http_client(base, m_options);
  }

  void keep_client(std::unique_ptr<httplib::Client> client, std::string origin) {
    const std::lock_guard<std::mutex> lock(m_mutex);
    if (m_idle.size() < k_max_idle_connections) {
      m_idle.push_back({std::move(client), std::move(origin), SteadyClock::now()});
    }
  }

  const UrlParts m_rest;
  const UrlParts m_graphql;
  const TransportOptions m_options;
  std::mutex m_mutex;
  std::vector<Idle> m_idle;
};

} // namespace

const char* http_failure(httplib::Error error) {
  switch (error) {
  case httplib::Error::Connection:
    return "cannot connect";
  case httplib::Error::ConnectionTimeout:
    return "timed out while connecting";
  case httplib::Error::SSLConnection:
    return "the TLS handshake failed";
  case httplib::Error::SSLLoadingCerts:
    return "the certificates to trust cannot be loaded (SSL_CERT_FILE)";
  case httplib::Error::SSLServerVerification:
    return "the server's certificate is not trusted";
  case httplib::Error::Read:
    return "no whole answer within the time allowed";
  case httplib::Error::Write:
    return "the connection broke while sending";
  default:
    return "the request failed";
  }
}

std::unique_ptr<httplib::Client> make_http_client(const UrlParts& base,
                                                  const TransportOptions& options) {
  auto client = std::make_unique<httplib::Client>(base.origin());
  client->set_keep_alive(true);
  client->set_follow_location(false);
  client->set_url_encode(false); // targets are encoded where they are built
  client->set_connection_timeout(options.connect_timeout);
  client->set_read_timeout(options.read_timeout);
  client->set_write_timeout(options.read_timeout);
  if (base.scheme == "https") {
    client->enable_server_certificate_verification(true);
    if (!options.ca_file.empty()) {
      client->set_ca_cert_path(options.ca_file);
    }
    if (SSL_CTX* context = client->ssl_context(); context != nullptr) {
      SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    }
    const std::optional<Proxy> proxy = parse_proxy(options.https_proxy);
    if (proxy && !bypasses_proxy(base.host, options.no_proxy)) {
      client->set_proxy(proxy->host, proxy->port);
      if (!proxy->user.empty()) {
        client->set_proxy_basic_auth(proxy->user, proxy->password.reveal());
      }
    }
  }
  return client;
}

std::string HttpResponse::header(std::string_view name) const {
  for (const auto& [header_name, value] : headers) {
    if (header_name == name) {
      return value;
    }
  }
  return {};
}

TransportOptions TransportOptions::from_environment() {
  TransportOptions options;
  options.ca_file = environment("SSL_CERT_FILE", "ssl_cert_file");
  options.https_proxy = environment("HTTPS_PROXY", "https_proxy");
  options.no_proxy = environment("NO_PROXY", "no_proxy");
  const std::string timeout = environment(k_timeout_variable, k_timeout_variable);
  if (!timeout.empty()) {
    int seconds = 0;
    const auto [end, error] =
        std::from_chars(timeout.data(), timeout.data() + timeout.size(), seconds);
    if (error != std::errc() || end != timeout.data() + timeout.size() || seconds < 1 ||
        seconds > k_longest_timeout) {
      throw Error(ErrorKind::bad_input, std::string(k_timeout_variable) + ": \"" + timeout +
                                            "\" is no number from 1 to 600");
    }
    options.read_timeout = std::chrono::seconds(seconds);
  }
  return options;
}

std::unique_ptr<HttpTransport> make_http_transport(const ApiUrls& urls,
                                                   const TransportOptions& options) {
  return std::make_unique<HttpsTransport>(urls, options);
}

} // namespace leadline
