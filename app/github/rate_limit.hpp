#pragma once

#include "app/github/clock.hpp"
#include "app/github/transport.hpp"

#include <spdlog/fwd.h>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>

namespace leadline {

struct RetryOptions {
  int attempts = 3; // of one request, the first included
  std::chrono::seconds longest_wait{
      30};                       // in one request, all waits together; beyond: Error(unavailable)
  int write_burst = 5;           // writes in a row before they are spaced 1 s apart
  std::uint32_t jitter_seed = 1; // differs between servers, so that they do not come back together
};

// A transport that knows when an installation has used up what GitHub grants it.
class LimitedTransport : public HttpTransport {
public:
  // How long nothing is sent for it, because GitHub has said so; 0 when it is.
  virtual std::chrono::milliseconds closed_for(std::int64_t installation_id) = 0;
};

// The one place that obeys GitHub's limits
// (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api,
// https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api), for each
// installation on its own: writes one at a time; after a refusal nothing is sent until retry-after,
// x-ratelimit-reset or, without either, a minute that doubles. Requests that may be repeated are,
// after 5xx and network failures. A wait beyond the limit is Error(unavailable) with the seconds in
// its message; other answers are handed on. `inner`, `clock` and `logger` outlive it.
std::unique_ptr<LimitedTransport> make_rate_limited(HttpTransport& inner, Clock& clock,
                                                    spdlog::logger& logger,
                                                    RetryOptions options = {});

// How long an answer asks us to stay away; nullopt when it is no refusal for a limit. `refusals`
// counts those in a row before this one.
std::optional<std::chrono::seconds> limit_wait(const HttpResponse& response, int refusals,
                                               std::chrono::system_clock::time_point now);

} // namespace leadline
