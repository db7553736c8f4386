#pragma once

#include "app/store/store.hpp"
#include "app/web/http_server.hpp"

#include <functional>
#include <vector>

namespace leadline {

class Clock;
class IntakeState;
class Metrics;

struct StatusParts {
  Store& store;
  Clock& clock;
  Metrics& metrics;
  spdlog::logger& logger;
  IntakeState& intake;
  std::function<bool()> stopping;
};

// GET /healthz: 200 while the process answers. GET /readyz: 200 when a delivery could be stored
// now, 503 with the reason when not, when the newest one could not, or when the server is stopping;
// the probe writes to the disk at most once a second, whoever asks. GET /metrics: Prometheus' text
// format.
std::vector<WebRoute> status_routes(const StatusParts& parts);

} // namespace leadline
