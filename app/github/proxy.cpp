#include "app/github/proxy.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <httplib.h>

namespace leadline {
namespace {

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

} // namespace

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

std::optional<Proxy> proxy_for(const UrlParts& base, const TransportOptions& options) {
  if (base.scheme != "https" || bypasses_proxy(base.host, options.no_proxy)) {
    return std::nullopt;
  }
  return parse_proxy(options.https_proxy);
}

} // namespace leadline
