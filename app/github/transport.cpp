#include "app/github/transport.hpp"

#include "app/github/http_client.hpp"
#include "app/github/proxy.hpp"
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
    const TimeLimit limit(m_options.total_timeout);
    for (int redirects = 0;; ++redirects) {
      HttpResponse response = send_once(base, target, request, limit);
      const std::optional<std::string> moved = redirect(base, response);
      if (!moved || redirects == k_max_redirects) {
        return response;
      }
      target = *moved;
    }
  }

private:
  struct Idle {
    std::unique_ptr<HttpClient> client;
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
                         const HttpRequest& request, const TimeLimit& limit) {
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
    bool too_large = false;
    wire.content_receiver = [&](const char* data, std::size_t size, std::uint64_t, std::uint64_t) {
      too_large = body.size() + size > m_options.max_response_bytes;
      if (!too_large) {
        body.append(data, size);
      }
      return !too_large;
    };

    std::unique_ptr<HttpClient> client = take_client(base);
    httplib::Response answer;
    try {
      answer = client->send(wire, limit);
    } catch (const Error& error) {
      if (too_large) {
        throw Error(ErrorKind::unavailable, name + ": the answer is larger than what is accepted");
      }
      throw error.while_doing(name);
    }
    HttpResponse response;
    response.status = answer.status;
    response.body = std::move(body);
    for (const auto& [header, value] : answer.headers) {
      response.headers.emplace_back(to_lower(header), value);
    }
    keep_client(std::move(client), base.origin());
    return response;
  }

  std::unique_ptr<HttpClient> take_client(const UrlParts& base) {
    const std::string origin = base.origin();
    {
      const std::lock_guard<std::mutex> lock(m_mutex);
      const SteadyClock::time_point oldest = SteadyClock::now() - k_max_idle;
      std::unique_ptr<HttpClient> found;
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
    return std::make_unique<HttpClient>(base, m_options, m_watch);
  }

  void keep_client(std::unique_ptr<HttpClient> client, std::string origin) {
    const std::lock_guard<std::mutex> lock(m_mutex);
    if (m_idle.size() < k_max_idle_connections) {
      m_idle.push_back({std::move(client), std::move(origin), SteadyClock::now()});
    }
  }

  const UrlParts m_rest;
  const UrlParts m_graphql;
  const TransportOptions m_options;
  SocketWatch m_watch; // outlives the clients
  std::mutex m_mutex;
  std::vector<Idle> m_idle;
};

} // namespace

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
    options.total_timeout = 3 * options.read_timeout;
  }
  return options;
}

std::unique_ptr<HttpTransport> make_http_transport(const ApiUrls& urls,
                                                   const TransportOptions& options) {
  return std::make_unique<HttpsTransport>(urls, options);
}

} // namespace leadline
