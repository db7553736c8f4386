#include "app/github/api_urls.hpp"

#include "base/error.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>

namespace leadline {
namespace {

bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

bool is_address_character(char c) {
  return (c >= 'a' && c <= 'f') || (c >= '0' && c <= '9') || c == ':' || c == '.';
}

// Splits "host:port" or "[address]:port"; false when it is neither.
bool read_authority(std::string_view authority, UrlParts& parts) {
  std::string_view port;
  if (!authority.empty() && authority.front() == '[') {
    const std::size_t end = authority.find(']');
    if (end == std::string_view::npos) {
      return false;
    }
    parts.host = to_lower(authority.substr(1, end - 1));
    port = authority.substr(end + 1);
    if (!std::all_of(parts.host.begin(), parts.host.end(), is_address_character)) {
      return false;
    }
  } else {
    const std::size_t end = authority.find(':');
    parts.host = to_lower(authority.substr(0, end));
    port = end == std::string_view::npos ? std::string_view() : authority.substr(end);
    if (!std::all_of(parts.host.begin(), parts.host.end(), is_host_character)) {
      return false;
    }
  }
  if (parts.host.empty()) {
    return false;
  }
  if (port.empty()) {
    parts.port = parts.scheme == "https" ? 443 : 80;
    return true;
  }
  port.remove_prefix(1);
  const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), parts.port);
  return error == std::errc() && end == port.data() + port.size() && parts.port > 0 &&
         parts.port <= 65535;
}

// The URL without slashes at its end; throws when it may not be used as a base.
std::string checked_base(const std::string& name, const std::string& url) {
  const std::string refused = name + " \"" + url + "\" ";
  if (url.find('@') != std::string::npos) { // not repeated: it may hold a password
    throw Error(ErrorKind::bad_input, name + " must not hold credentials");
  }
  const std::optional<UrlParts> parts = parse_url(url);
  if (!parts) {
    throw Error(ErrorKind::bad_input, refused + "is not an http or https URL");
  }
  if (url.find_first_of("?#") != std::string::npos) {
    throw Error(ErrorKind::bad_input, refused + "must have neither a query nor a fragment");
  }
  if (parts->scheme == "http" && !is_loopback(parts->host)) {
    throw Error(ErrorKind::bad_input,
                refused + "must be https: plain http is for loopback addresses only");
  }
  std::string base = url;
  while (base.back() == '/') {
    base.pop_back();
  }
  return base;
}

std::string without_suffix(const std::string& text, std::string_view suffix) {
  return text.substr(0, text.size() - suffix.size());
}

bool ends_with(std::string_view text, std::string_view suffix) {
  return text.size() >= suffix.size() && text.substr(text.size() - suffix.size()) == suffix;
}

} // namespace

ApiUrls ApiUrls::from(const std::string& api_url, const std::string& graphql_url,
                      const std::string& server_url) {
  ApiUrls urls;
  if (!api_url.empty()) {
    urls.rest = checked_base("GITHUB_API_URL", api_url);
    if (ends_with(urls.rest, "/api/v3")) {
      urls.graphql = without_suffix(urls.rest, "/v3") + "/graphql";
      urls.server = without_suffix(urls.rest, "/api/v3");
    } else {
      urls.graphql = urls.rest + "/graphql";
      const UrlParts parts = *parse_url(urls.rest);
      // Data residency: https://api.SUBDOMAIN.ghe.com serves https://SUBDOMAIN.ghe.com.
      const bool api_host = parts.host.rfind("api.", 0) == 0;
      urls.server =
          parts.scheme + "://" + urls.rest.substr(parts.scheme.size() + 3 + (api_host ? 4 : 0));
    }
  }
  if (!graphql_url.empty()) {
    urls.graphql = checked_base("GITHUB_GRAPHQL_URL", graphql_url);
  }
  if (!server_url.empty()) {
    urls.server = checked_base("GITHUB_SERVER_URL", server_url);
  }
  return urls;
}

std::string ApiUrls::git_url(const std::string& repository) const {
  return server + "/" + repository + ".git";
}

std::string ApiUrls::pull_url(const std::string& repository, int number) const {
  return server + "/" + repository + "/pull/" + std::to_string(number);
}

std::string UrlParts::origin() const {
  const bool address = host.find(':') != std::string::npos;
  return scheme + "://" + (address ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

std::optional<UrlParts> parse_url(std::string_view url) {
  UrlParts parts;
  for (const std::string_view scheme : {"http", "https"}) {
    if (to_lower(url.substr(0, scheme.size() + 3)) == std::string(scheme) + "://") {
      parts.scheme = scheme;
    }
  }
  if (parts.scheme.empty() ||
      std::any_of(url.begin(), url.end(), [](char c) { return c <= ' ' || c > '~'; })) {
    return std::nullopt;
  }
  url.remove_prefix(parts.scheme.size() + 3);
  const std::size_t end = url.find_first_of("/?#");
  if (!read_authority(url.substr(0, end), parts)) {
    return std::nullopt;
  }
  const std::string_view rest =
      end == std::string_view::npos ? std::string_view() : url.substr(end);
  parts.target = std::string(rest.substr(0, rest.find('#')));
  if (parts.target.empty() || parts.target.front() != '/') {
    parts.target.insert(0, "/");
  }
  return parts;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" ||
         (host.substr(0, 4) == "127." &&
          host.find_first_not_of("0123456789.") == std::string_view::npos);
}

std::string url_encode(std::string_view text) {
  constexpr std::string_view k_digits = "0123456789ABCDEF";
  std::string encoded;
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    if (unreserved) {
      encoded += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      encoded += '%';
      encoded += k_digits[byte >> 4U];
      encoded += k_digits[byte & 0xFU];
    }
  }
  return encoded;
}

std::optional<std::string> link_target(std::string_view link_header, std::string_view relation) {
  const std::string wanted = "rel=\"" + std::string(relation) + "\"";
  while (true) {
    const std::size_t open = link_header.find('<');
    const std::size_t close = link_header.find('>', open);
    if (open == std::string_view::npos || close == std::string_view::npos) {
      return std::nullopt;
    }
    const std::string_view target = link_header.substr(open + 1, close - open - 1);
    link_header.remove_prefix(close + 1);
    const std::string_view parameters = link_header.substr(0, link_header.find(",", 0));
    for (const std::string_view parameter : split(parameters, ';')) {
      if (trim(parameter) == wanted) {
        return std::string(target);
      }
    }
  }
}

} // namespace leadline
