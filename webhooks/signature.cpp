#include "webhooks/signature.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

namespace leadline::webhooks {

std::string sign(const Secret& secret, std::string_view body) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  const std::string& key = secret.reveal();
  if (HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
           reinterpret_cast<const unsigned char*>(body.data()), body.size(), digest.data(),
           &size) == nullptr) {
    throw std::runtime_error("HMAC-SHA256 is not available from OpenSSL");
  }
  constexpr std::string_view k_digits = "0123456789abcdef";
  std::string signature = "sha256=";
  for (unsigned int i = 0; i < size; ++i) {
    signature += k_digits[digest[i] >> 4U];
    signature += k_digits[digest[i] & 0xFU];
  }
  return signature;
}

bool signature_matches(const std::vector<Secret>& secrets, std::string_view body,
                       std::string_view header) {
  bool matches = false;
  for (const Secret& secret : secrets) {
    if (secret.empty()) {
      continue;
    }
    const std::string expected = sign(secret, body);
    // Every secret is tried, so that the time does not tell which one matched.
    matches |= expected.size() == header.size() &&
               CRYPTO_memcmp(expected.data(), header.data(), expected.size()) == 0;
  }
  return matches;
}

} // namespace leadline::webhooks
