#pragma once

#include "app/github/transport.hpp"

#include <cstddef>
#include <memory>

namespace leadline {

struct ConditionalOptions {
  std::size_t max_entries = 8192; // every open queue and head of some hundred repositories
  std::size_t max_body_bytes = 256UL * 1024;  // of one answer
  std::size_t max_bytes = 32UL * 1024 * 1024; // of all, with their headers
};

// Remembers answers to GET with their ETag and asks for them again with If-None-Match: a 304 does
// not count against the quota
// (https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate).
// The caller sees the remembered answer as a 200. Nothing is served without asking GitHub, so that
// an answer is never older than the question; each installation has its own. `inner` outlives it.
std::unique_ptr<HttpTransport> make_conditional(HttpTransport& inner,
                                                ConditionalOptions options = {});

} // namespace leadline
