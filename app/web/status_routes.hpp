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
  std::function<bool()> refused = {}; // GitHub refuses this server as the App; may be empty
  // What is asked of the server: a worker that GitHub refuses is of no use, while deliveries are
  // stored for whoever is not refused.
  enum class Duty { takes_deliveries, works_only } duty = Duty::takes_deliveries;
};

// GET /healthz: 200 while the process answers. GET /readyz: 200 when a delivery could be stored
// now, 503 with the reason when not, when the newest one could not, or when the server is stopping;
// the probe writes to the disk at most once a second, whoever asks. That GitHub refuses the App is
// said in the answer; of a server that only works it is 503. GET /metrics: Prometheus' text format.
std::vector<WebRoute> status_routes(const StatusParts& parts);

} // namespace leadline
