#pragma once

#include "base/secret.hpp"
#include "webhooks/event.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadline::webhooks {

// The headers of a request that may be a delivery (names.hpp); views of the caller's memory.
struct DeliveryHeaders {
  std::string_view event;
  std::string_view delivery;
  std::string_view signature;
  std::string_view content_type;
};

// What the receiver makes of a request. `event` is set only with status 202; what the sender wrote
// stands in `reason` only where it has been checked.
struct Reception {
  int status = 400;
  std::string reason; // for the log and the answer: "signature does not match"
  std::optional<Event> event;
  std::optional<IgnoredEvent> ignored; // with status 204: what it was
};

// Decides from the request alone, in this order: size (413), signature over the raw bytes (401),
// delivery id (400), content type (415), event name (204 when leadline does not use it), fields
// (400 naming the one that is wrong). 200 answers a ping, 202 means: store it, then say so. Nothing
// of the body is looked at before its signature matches. A form (application/x-www-form-urlencoded)
// carries the JSON as payload=..., as GitHub offers:
// https://docs.github.com/webhooks/using-webhooks/creating-webhooks#creating-a-repository-webhook
Reception receive(const DeliveryHeaders& headers, std::string_view body,
                  const std::vector<Secret>& secrets);

} // namespace leadline::webhooks
