#include "analyzers/risk/rules.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// Names that libraries gave to "believe everybody":
// https://docs.python.org/3/library/ssl.html#ssl.CERT_NONE,
// https://docs.ruby-lang.org/en/master/OpenSSL/SSL.html,
// https://hc.apache.org/httpcomponents-client-5.5.x/current/httpclient5/apidocs/,
// https://netty.io/4.1/api/io/netty/handler/ssl/util/InsecureTrustManagerFactory.html,
// https://learn.microsoft.com/dotnet/api/system.net.http.httpclienthandler,
// https://pkg.go.dev/golang.org/x/crypto/ssh#InsecureIgnoreHostKey.
constexpr std::array<std::string_view, 10> k_believers = {"ALLOW_ALL_HOSTNAME_VERIFIER",
                                                          "AllowAllHostnameVerifier",
                                                          "CERT_NONE",
                                                          "DangerousAcceptAnyServerCertificate",
                                                          "InsecureIgnoreHostKey",
                                                          "InsecureTrustManagerFactory",
                                                          "NoopHostnameVerifier",
                                                          "TrustAllStrategy",
                                                          "TrustSelfSignedStrategy",
                                                          "VERIFY_NONE"};

bool believes(std::string_view value) {
  return std::any_of(k_believers.begin(), k_believers.end(), [&](std::string_view name) {
    return value.find(name) != std::string_view::npos;
  });
}

} // namespace

std::optional<Concern> judge_trust(const Subject& s) {
  if (s.kind() == ChangeKind::removed || !believes(s.new_value) || believes(s.old_value)) {
    return std::nullopt;
  }
  const FileRole role = s.file->role;
  const bool runs = role == FileRole::config || role == FileRole::code || role == FileRole::ci;
  Concern made;
  made.rule = "protection.disabled";
  made.urgency = 2.1 - (runs && s.file->status != FileStatus::added ? 0 : 0.5);
  made.confidence = 0.9;
  made.tail = "whoever answers is believed";
  made.effect = "An impostor can answer for the other side, and nothing in the program notices.";
  made.check = "Why is the other side's certificate not one that can be checked?";
  made.restorable = s.modified();
  return made;
}

} // namespace leadline
