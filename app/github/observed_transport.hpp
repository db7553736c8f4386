#pragma once

#include "app/github/transport.hpp"

#include <chrono>
#include <functional>
#include <memory>

namespace leadline {

// What one exchange with GitHub took; `response` is null when there was none.
using ObserveExchange = std::function<void(const HttpRequest& request, const HttpResponse* response,
                                           std::chrono::duration<double> took)>;

// Tells of each exchange of `inner`, which outlives it; `observe` is called by several threads.
std::unique_ptr<HttpTransport> make_observed(HttpTransport& inner, ObserveExchange observe);

} // namespace leadline
