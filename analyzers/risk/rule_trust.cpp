#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"
#include "analyzers/settings/code/trusting_code.hpp"
#include "base/text.hpp"

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
// https://docs.rs/openssl/latest/openssl/ssl/struct.SslVerifyMode.html.
constexpr std::array<std::string_view, 10> k_believers = {"ALLOW_ALL_HOSTNAME_VERIFIER",
                                                          "AllowAllHostnameVerifier",
                                                          "CERT_NONE",
                                                          "DangerousAcceptAnyServerCertificate",
                                                          "InsecureTrustManagerFactory",
                                                          "NoopHostnameVerifier",
                                                          "SslVerifyMode::NONE",
                                                          "TrustAllStrategy",
                                                          "TrustSelfSignedStrategy",
                                                          "VERIFY_NONE"};

bool believes(std::string_view leaf, std::string_view value) {
  const bool call = value.ends_with(')') && is_trusting_call(value.substr(0, value.rfind('(')));
  return call || (asks_for_trust(leaf) && always_agrees(value)) ||
         std::any_of(k_believers.begin(), k_believers.end(), [&](std::string_view name) {
           return value.find(name) != std::string_view::npos;
         });
}

// "none" as the algorithm of a token's signature: RFC 7519, section 6, and what came of it,
// https://www.rfc-editor.org/rfc/rfc8725#section-3.1.
std::optional<Concern> judge_unsigned_token(const Subject& s) {
  constexpr std::array<std::string_view, 4> k_names = {" alg ", " algorithm ", " algorithms ",
                                                       " signing algorithm "};
  constexpr std::array<std::string_view, 8> k_tokens = {"jwt",  "jws",    "jose",   "token",
                                                        "sign", "verify", "decode", "oidc"};
  const auto is_none = [](std::string_view value) {
    const std::string text = to_lower(value);
    return text == "none" || text == "[\"none\"]" || text == "['none']";
  };
  const std::string around =
      spaced_words(s.setting().context) + s.parents + spaced_words(s.file->path);
  if (std::find(k_names.begin(), k_names.end(), s.leaf) == k_names.end() ||
      !is_none(trim(s.new_value)) || is_none(trim(s.old_value)) ||
      std::none_of(k_tokens.begin(), k_tokens.end(),
                   [&](std::string_view word) { return has_phrase(around, word); })) {
    return std::nullopt;
  }
  Concern made;
  made.rule = "protection.disabled";
  made.tail = "a token that nobody signed is believed";
  made.effect = "Whoever writes a token is whoever it says: no key is needed.";
  made.check = "Which algorithms do the issuers of the tokens use?";
  return made;
}

} // namespace

std::optional<Concern> judge_trust(const Subject& s) {
  if (s.kind() == ChangeKind::removed) {
    return std::nullopt;
  }
  std::optional<Concern> made = judge_unsigned_token(s);
  const std::string_view leaf = s.setting().key.leaf();
  if (!made && believes(leaf, s.new_value) && !believes(leaf, s.old_value)) {
    made.emplace();
    made->rule = "protection.disabled";
    made->tail = "whoever answers is believed";
    made->effect = "An impostor can answer for the other side, and nothing in the program notices.";
    made->check = "Why is the other side's certificate not one that can be checked?";
  }
  if (!made) {
    return std::nullopt;
  }
  const FileRole role = s.file->role;
  const bool runs = role == FileRole::config || role == FileRole::code || role == FileRole::ci;
  made->urgency = 2.1 - (runs && s.file->status != FileStatus::added ? 0 : 0.5);
  made->confidence = 0.9;
  made->restorable = s.modified();
  return made;
}

} // namespace leadline
