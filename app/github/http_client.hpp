#pragma once

#include "app/github/transport.hpp"
#include "app/socket_watch.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>

namespace httplib {
class ClientImpl;
struct Request;
struct Response;
} // namespace httplib

namespace leadline {

// How long something may take in all, from now on.
struct TimeLimit {
  using Clock = SocketWatch::Clock;

  explicit TimeLimit(std::chrono::seconds all) : length(all), end(Clock::now() + all) {}
  bool is_over() const { return Clock::now() >= end; }

  std::chrono::seconds length;
  Clock::time_point end;
};

// A connection to one origin, kept between requests, with the options' timeouts, certificates and
// proxy; it follows no redirect. For one thread at a time. SIGPIPE has to be ignored: the end of a
// TLS connection is written also where the other side, or a limit, has ended it before.
class HttpClient {
public:
  // `watch` must outlive it. Throws Error(bad_input) for a proxy that is no URL.
  HttpClient(const UrlParts& base, const TransportOptions& options, SocketWatch& watch);
  ~HttpClient();
  HttpClient(const HttpClient&) = delete;
  HttpClient& operator=(const HttpClient&) = delete;

  // Sends the request and takes the whole answer. Whatever of it is slow - connecting, the proxy,
  // the handshake, the request, the headers, the body - it ends with `limit`. Only a name is looked
  // up by the limits of resolv.conf(5). Throws Error(unavailable), without a token in its message.
  httplib::Response send(const httplib::Request& request, const TimeLimit& limit);

private:
  SocketWatch& m_watch;
  SocketWatch::Clock::time_point m_deadline; // of the request that is under way
  std::optional<SocketWatch::Guard> m_guard; // of its socket
  std::string m_proxy_problem;               // why the proxy opened no tunnel
  std::unique_ptr<httplib::ClientImpl> m_client;
};

} // namespace leadline
