#include "app/github/http_client.hpp"

#include "app/github/proxy.hpp"
#include "base/error.hpp"

#include <fmt/format.h>
#include <httplib.h>

#include <charconv>
#include <utility>

namespace leadline {
namespace {

constexpr std::size_t k_max_proxy_head_bytes = 16UL * 1024;

const char* failure(httplib::Error error) {
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

Error too_late(const TimeLimit& limit) {
  return Error(ErrorKind::unavailable,
               fmt::format("the answer took longer than {} s", limit.length.count()));
}

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) {
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

// The head of an answer; byte by byte, as what follows is the tunnel's. Without its end where it is
// cut, late or too long.
std::string receive_head(int socket) {
  std::string head;
  char byte = 0;
  while (head.size() < k_max_proxy_head_bytes && !head.ends_with("\r\n\r\n") &&
         ::recv(socket, &byte, 1, 0) == 1) {
    head += byte;
  }
  return head;
}

// httplib 0.11 asks a proxy for its tunnel itself, but under a lock that it takes again where the
// answer has "Connection: close": it then waits for itself for ever. It also sends the proxy's
// password to the origin, in each request. So the tunnel is asked for here.
class TlsClient final : public httplib::SSLClient {
public:
  TlsClient(const UrlParts& base, std::optional<Proxy> proxy, std::string& problem)
      : SSLClient(base.host, base.port), m_proxy(std::move(proxy)), m_problem(problem) {}

private:
  bool create_and_connect_socket(Socket& socket, httplib::Error& error) override {
    if (!is_valid()) {
      return false;
    }
    if (!m_proxy) {
      return ClientImpl::create_and_connect_socket(socket, error);
    }
    proxy_host_ = m_proxy->host; // where the socket goes; httplib must not see one afterwards
    proxy_port_ = m_proxy->port;
    const bool connected = ClientImpl::create_and_connect_socket(socket, error);
    proxy_host_.clear();
    proxy_port_ = -1;
    if (!connected) {
      m_problem = "the proxy cannot be reached";
      return false;
    }
    if (!open_tunnel(socket.sock)) {
      shutdown_socket(socket);
      close_socket(socket);
      return false;
    }
    return true;
  }

  bool open_tunnel(int socket) {
    std::string request = fmt::format("CONNECT {0} HTTP/1.1\r\nHost: {0}\r\n", host_and_port_);
    if (!m_proxy->user.empty()) {
      const auto [name, value] = httplib::make_basic_authentication_header(
          m_proxy->user, m_proxy->password.reveal(), true);
      request += name + ": " + value + "\r\n";
    }
    const std::string head =
        send_all(socket, request + "\r\n") ? receive_head(socket) : std::string();
    constexpr std::size_t k_before_status = sizeof "HTTP/1.1 " - 1;
    int status = 0;
    if (head.starts_with("HTTP/1.") && head.ends_with("\r\n\r\n")) {
      std::from_chars(head.data() + k_before_status, head.data() + head.size(), status);
    }
    if (status < 200 || status > 299) {
      m_problem = status == 0 ? "the proxy gave no answer to CONNECT"
                              : fmt::format("the proxy opens no tunnel: HTTP {}", status);
    }
    return m_problem.empty();
  }

  const std::optional<Proxy> m_proxy;
  std::string& m_problem;
};

} // namespace

HttpClient::HttpClient(const UrlParts& base, const TransportOptions& options, SocketWatch& watch)
    : m_watch(watch) {
  if (base.scheme == "https") {
    auto client = std::make_unique<TlsClient>(base, proxy_for(base, options), m_proxy_problem);
    client->enable_server_certificate_verification(true);
    if (!options.ca_file.empty()) {
      client->set_ca_cert_path(options.ca_file);
    }
    if (SSL_CTX* context = client->ssl_context(); context != nullptr) {
      SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    }
    m_client = std::move(client);
  } else {
    m_client = std::make_unique<httplib::ClientImpl>(base.host, base.port);
  }
  m_client->set_keep_alive(true);
  m_client->set_follow_location(false);
  m_client->set_url_encode(false); // targets are encoded where they are built
  m_client->set_connection_timeout(options.connect_timeout);
  m_client->set_read_timeout(options.read_timeout);
  m_client->set_write_timeout(options.read_timeout);
  // Before it connects. httplib::ClientImpl::stop() would not do: it waits while a connection is
  // made, for its tunnel and its handshake too.
  m_client->set_socket_options(
      [this](int socket) { m_guard.emplace(m_watch, socket, m_deadline); });
}

HttpClient::~HttpClient() = default;

httplib::Response HttpClient::send(const httplib::Request& request, const TimeLimit& limit) {
  if (limit.is_over()) {
    throw too_late(limit);
  }
  m_deadline = limit.end;
  m_proxy_problem.clear();
  if (m_client->is_socket_open() != 0) { // of the request before
    m_guard.emplace(m_watch, m_client->socket(), m_deadline);
  }
  httplib::Result result = m_client->send(request);
  m_guard.reset();
  if (result) {
    return std::move(*result);
  }
  if (limit.is_over()) {
    throw too_late(limit);
  }
  throw Error(ErrorKind::unavailable,
              m_proxy_problem.empty() ? failure(result.error()) : m_proxy_problem);
}

} // namespace leadline
