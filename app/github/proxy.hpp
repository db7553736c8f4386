#pragma once

#include "app/github/transport.hpp"

#include <optional>
#include <string>

namespace leadline {

// An HTTP proxy that opens tunnels (CONNECT).
struct Proxy {
  std::string host;
  int port = 0;
  std::string user; // empty: it asks for none
  Secret password;
};

// From "http://[user:password@]host:port"; nullopt when empty. Throws Error(bad_input) for what is
// no such URL.
std::optional<Proxy> parse_proxy(const std::string& url);

// The proxy on the way to `base`; nullopt: none, as NO_PROXY names the host or it is plain http.
// Throws as parse_proxy().
std::optional<Proxy> proxy_for(const UrlParts& base, const TransportOptions& options);

} // namespace leadline
