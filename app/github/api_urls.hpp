#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace leadline {

// Where a GitHub is: github.com, or a GitHub Enterprise Server at https://HOST
// (https://docs.github.com/enterprise-server/rest/enterprise-admin: REST under /api/v3, GraphQL at
// /api/graphql). All are "scheme://host[:port][/path]" without a slash at the end.
struct ApiUrls {
  std::string rest = "https://api.github.com";
  std::string graphql = "https://api.github.com/graphql";
  std::string server = "https://github.com"; // pages and git: server + "/owner/name.git"

  // From GITHUB_API_URL and, where they are not what follows from it, GITHUB_GRAPHQL_URL and
  // GITHUB_SERVER_URL; empty means not given. Throws Error(bad_input) naming the variable and the
  // value when one is no URL, has credentials, a query or a fragment, or is http:// to anything but
  // a loopback address.
  static ApiUrls from(const std::string& api_url, const std::string& graphql_url = {},
                      const std::string& server_url = {});

  std::string git_url(const std::string& repository) const;
  std::string pull_url(const std::string& repository, int number) const;

  bool operator==(const ApiUrls&) const = default;
};

// Parts of an absolute http or https URL.
struct UrlParts {
  std::string scheme; // "http" or "https"
  std::string host;   // lower case; an IPv6 address without brackets
  int port = 0;       // the scheme's when the URL names none
  std::string target; // path and query, "/" at least

  std::string origin() const; // "https://host:port", brackets where needed
};
std::optional<UrlParts> parse_url(std::string_view url);

bool is_loopback(std::string_view host);

// One segment of a path or value of a query, percent-encoded (RFC 3986: all but unreserved
// characters).
std::string url_encode(std::string_view text);

// The address that a Link header (RFC 8288) gives for `relation`; nullopt when there is none.
std::optional<std::string> link_target(std::string_view link_header, std::string_view relation);

} // namespace leadline
