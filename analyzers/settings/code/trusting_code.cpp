#include "analyzers/settings/code/trusting_code.hpp"

#include "analyzers/settings/code/literal_text.hpp"
#include "base/text.hpp"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

namespace leadline {
namespace {

constexpr std::size_t k_longest = 300; // bytes of a function that only agrees

bool ends_with_words(const std::vector<std::string>& words, const std::vector<std::string>& last) {
  return words.size() >= last.size() && std::equal(last.rbegin(), last.rend(), words.rbegin());
}

} // namespace

// https://pkg.go.dev/google.golang.org/grpc#WithInsecure,
// https://pkg.go.dev/google.golang.org/grpc/credentials/insecure,
// https://pkg.go.dev/golang.org/x/crypto/ssh#InsecureIgnoreHostKey,
// https://peps.python.org/pep-0476/ (_create_unverified_context),
// https://grpc.github.io/grpc/node/grpc.credentials.html (createInsecure),
// https://grpc.github.io/grpc-java/javadoc/io/grpc/ManagedChannelBuilder.html#usePlaintext().
bool is_trusting_call(std::string_view callee) {
  constexpr std::array<std::string_view, 6> k_ends = {
      "grpc.WithInsecure",          "insecure.NewCredentials",    "ssh.InsecureIgnoreHostKey",
      "_create_unverified_context", "credentials.createInsecure", ".usePlaintext"};
  return std::any_of(k_ends.begin(), k_ends.end(),
                     [&](std::string_view end) { return callee.ends_with(end); });
}

// https://docs.oracle.com/en/java/javase/17/docs/api/java.base/javax/net/ssl/HostnameVerifier.html,
// https://learn.microsoft.com/dotnet/api/system.net.http.httpclienthandler.servercertificatecustomvalidationcallback,
// https://learn.microsoft.com/dotnet/api/system.net.servicepointmanager.servercertificatevalidationcallback,
// https://nodejs.org/api/tls.html#tlscheckserveridentityhostname-cert,
// https://pkg.go.dev/golang.org/x/crypto/ssh#HostKeyCallback.
bool asks_for_trust(std::string_view name) {
  const std::vector<std::string> words = identifier_words(name);
  for (const std::vector<std::string>& last : {std::vector<std::string>{"hostname", "verifier"},
                                               {"certificate", "validation", "callback"},
                                               {"certificate", "custom", "validation", "callback"},
                                               {"check", "server", "identity"},
                                               {"check", "server", "trusted"},
                                               {"host", "key", "callback"}}) {
    if (ends_with_words(words, last)) {
      return true;
    }
  }
  return false;
}

bool always_agrees(std::string_view function) {
  static const RE2 k_agrees(
      R"((?s)\s*(?:async|delegate|func|function|lambda)?\s*)"
      R"((?:\((?:[^(){}]|\([^(){}]*\))*\)|\|[^|{}]*\||[\w\s,]*)\s*(?:error|bool|boolean)?\s*)"
      R"((?:->|=>|:)?\s*\{?\s*(?:[\w\s,:]*->)?\s*(?:return\b)?\s*)"
      R"((?:true|True|undefined|null|nil|None)?\s*;?\s*\}?\s*)");
  const bool looks = function.find("->") != std::string_view::npos ||
                     function.find("=>") != std::string_view::npos ||
                     function.find('{') != std::string_view::npos ||
                     function.find('|') != std::string_view::npos || function.starts_with("lambda");
  return looks && function.size() <= k_longest &&
         RE2::FullMatch(re2::StringPiece(function.data(), function.size()), k_agrees);
}

} // namespace leadline
