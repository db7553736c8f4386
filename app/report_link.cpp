#include "app/report_link.hpp"

#include "app/github/api_urls.hpp"
#include "base/handle.hpp"
#include "webhooks/signature.hpp"

#include <fmt/format.h>
#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <array>
#include <charconv>
#include <stdexcept>

namespace leadline {
namespace {

constexpr std::chrono::days k_valid{90};
constexpr std::string_view k_scheme = "sha256=";

// No line end can stand in a repository's name or a commit's id that was checked, and a number has
// none: one text, one address.
std::string signed_text(const ReportAddress& address, std::string_view expires) {
  return fmt::format("{}\n{}\n{}\n{}", address.repository, address.pull_number, address.head_sha,
                     expires);
}

Secret key_of(const Secret& secret) {
  using Kdf = Handle<EVP_KDF, EVP_KDF_free>;
  using Context = Handle<EVP_KDF_CTX, EVP_KDF_CTX_free>;
  std::string digest = "SHA256";
  std::string salt = "leadline";
  std::string info = "links to reports, 1";
  std::string given = secret.reveal();
  std::array<OSSL_PARAM, 5> parameters = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), 0),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, given.data(), given.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT, salt.data(), salt.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, info.data(), info.size()),
      OSSL_PARAM_construct_end()};
  const Kdf kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  const Context context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  std::array<unsigned char, 32> key{};
  if (!context || EVP_KDF_derive(context.get(), key.data(), key.size(), parameters.data()) != 1) {
    throw std::runtime_error("HKDF-SHA256 is not available from OpenSSL");
  }
  return Secret(std::string(key.begin(), key.end()));
}

} // namespace

ReportLinks::ReportLinks(std::string public_url, const std::vector<Secret>& secrets)
    : m_public_url(std::move(public_url)) {
  for (const Secret& secret : secrets) {
    m_keys.push_back(key_of(secret));
  }
}

std::string ReportLinks::link(const ReportAddress& address, Time now) const {
  if (m_public_url.empty() || m_keys.empty()) {
    return {};
  }
  const auto end = std::chrono::ceil<std::chrono::days>(now) + k_valid;
  const std::string expires = std::to_string(
      std::chrono::duration_cast<std::chrono::seconds>(end.time_since_epoch()).count());
  const std::string signature = webhooks::sign(m_keys.front(), signed_text(address, expires));
  return fmt::format("{}{}?repository={}&pull={}&head={}&expires={}&signature={}", m_public_url,
                     k_report_path, url_encode(address.repository), address.pull_number,
                     url_encode(address.head_sha), expires, signature.substr(k_scheme.size()));
}

ReportLinks::Answer ReportLinks::check(const ReportAddress& address, std::string_view expires,
                                       std::string_view signature, Time now) const {
  if (!webhooks::signature_matches(m_keys, signed_text(address, expires),
                                   std::string(k_scheme) + std::string(signature))) {
    return Answer::forged;
  }
  long long end = 0;
  const auto [last, failed] = std::from_chars(expires.data(), expires.data() + expires.size(), end);
  const auto present =
      std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  return failed == std::errc() && last == expires.data() + expires.size() && present < end
             ? Answer::valid
             : Answer::expired;
}

} // namespace leadline
