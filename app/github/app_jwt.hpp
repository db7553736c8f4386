#pragma once

#include "base/secret.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace leadline {

// Proves to GitHub that a request comes from the app
// (https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app).
// Safe for several threads.
class AppJwt {
public:
  // `issuer` is the app id or the client id, `pem` an RSA key of at least 2048 bits as PKCS#1 or
  // PKCS#8 PEM; its line ends may be written as "\n", or the whole be base64, as environment
  // variables need it. Throws Error(bad_input), without a byte of the key, when it cannot be used.
  static std::unique_ptr<AppJwt> create(const std::string& issuer, const Secret& pem);
  virtual ~AppJwt() = default;

  // RS256, valid from 60 s before `now`, as clocks drift, to 9 minutes after it (GitHub allows 10).
  virtual Secret issue(std::chrono::system_clock::time_point now) const = 0;
};

} // namespace leadline
