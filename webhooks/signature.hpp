#pragma once

#include "base/secret.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadline::webhooks {

// "sha256=" and HMAC-SHA256 of the raw body, 64 lower-case hexadecimal digits
// (https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries).
std::string sign(const Secret& secret, std::string_view body);

// True when `header` is the signature of `body` under one of `secrets` (several while one is being
// rotated). Compares in constant time; no secrets, an empty secret or an empty header never match.
bool signature_matches(const std::vector<Secret>& secrets, std::string_view body,
                       std::string_view header);

} // namespace leadline::webhooks
