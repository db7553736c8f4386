#pragma once

#include "app/store/delivery_store.hpp"
#include "app/web/http_server.hpp"
#include "base/secret.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace leadline {

class Clock;
class IntakeState;
class Metrics;

struct WebhookParts {
  std::vector<Secret> secrets;
  std::string app_id;
  DeliveryStore& store;
  Clock& clock;
  Metrics& metrics;
  spdlog::logger& logger;
  IntakeState& intake;
  std::function<void()> stored; // after a job was stored: wakes the workers
};

// POST `path`: receives a delivery (webhooks/receiver.hpp), turns it into jobs and stores both. 202
// means that the row is on disk, or was before (a duplicate); 503 that it could not be stored:
// GitHub shows the delivery as failed, and it can be delivered again. Everything else stores
// nothing.
WebRoute webhook_route(const std::string& path, WebhookParts parts);

} // namespace leadline
