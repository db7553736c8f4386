#pragma once

#include <array>
#include <string>
#include <string_view>

namespace leadline {

// The protocol versions that a text admits or excludes, however it spells them: "TLSv1.2 TLSv1.3",
// "all -SSLv3", "tls12", "TLSv1_2", "VersionTLS12", "TLS_1_2", "TLSv1.2_2021", "no-tlsv10".
//   https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_protocols
//   https://httpd.apache.org/docs/2.4/mod/mod_ssl.html#sslprotocol
//   https://pkg.go.dev/crypto/tls#pkg-constants
//   https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/secure-connections-supported-viewer-protocols-ciphers.html
struct TlsVersions {
  // SSLv2, SSLv3, TLSv1, TLSv1.1, TLSv1.2, TLSv1.3: 1 admitted, -1 excluded, 0 not named
  std::array<int, 6> state{};
  bool all = false; // "all": those that are not named, too
  std::string year; // of a policy that is named after one: "2021"

  // The oldest one that is admitted, as its place in `state`; -1 when none is named.
  int oldest() const;

  bool operator==(const TlsVersions&) const = default;
};

// Whether "1.2" alone is a version of TLS: only where the key says so.
enum class BareNumbers { no, yes };

TlsVersions tls_versions(std::string_view text, BareNumbers bare);

} // namespace leadline
