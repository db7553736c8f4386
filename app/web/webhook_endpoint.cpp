#include "app/web/webhook_endpoint.hpp"

#include "app/github/clock.hpp"
#include "app/jobs/event_jobs.hpp"
#include "app/log.hpp"
#include "app/web/intake_state.hpp"
#include "app/web/metrics.hpp"
#include "base/error.hpp"
#include "webhooks/names.hpp"
#include "webhooks/receiver.hpp"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace leadline {
namespace {

WebResponse plain(int status, std::string_view text) {
  WebResponse response;
  response.status = status;
  response.body = std::string(text) + "\n";
  return response;
}

struct Outcome {
  const char* name; // for metrics
  WebResponse response;
};

Outcome store(const WebhookParts& parts, const std::string& id, const webhooks::Event& event,
              const EventLabel& label) {
  std::vector<Job> jobs = jobs_for(event, parts.app_id);
  if (jobs.empty()) {
    parts.logger.info("ignored {}: nothing to do", label.name);
    return {"ignored", plain(204, "nothing to do")};
  }
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(parts.clock.now());
  for (Job& job : jobs) {
    job.delivery_id = id;
    job.asked_at = job.asked_at.time_since_epoch().count() == 0 ? now : std::min(job.asked_at, now);
  }
  try {
    if (parts.intake.is_damaged()) {
      throw Error(ErrorKind::unavailable, "the database is damaged");
    }
    const Delivery delivery{id, label.name, label.source.repository, now};
    const RecordOutcome recorded = parts.store.record_delivery(delivery, jobs);
    parts.intake.stored();
    if (recorded == RecordOutcome::duplicate) {
      parts.logger.info("received {} again", label.name);
      return {"duplicate", plain(202, "already received")};
    }
  } catch (const Error& e) {
    parts.intake.failed();
    parts.logger.error("cannot store {}: {}", label.name, e.what());
    WebResponse response = plain(503, "cannot store the delivery now");
    response.headers = {{"Retry-After", "30"}};
    return {"unavailable", response};
  }
  parts.logger.info("received {}: {} job(s)", label.name, jobs.size());
  parts.stored();
  return {"accepted", plain(202, "accepted")};
}

Outcome receive(const WebhookParts& parts, LogLimit& refusals, const WebRequest& request) {
  const std::string event_name = request.header(webhooks::k_event_header);
  const std::string id = request.header(webhooks::k_delivery_header);
  const std::string signature = request.header(webhooks::k_signature_header);
  const std::string type = request.header("Content-Type");
  const webhooks::Reception reception =
      webhooks::receive({event_name, id, signature, type}, request.body, parts.secrets);
  // Until the signature has been checked, what the sender calls itself is shown as a claim only,
  // and cut.
  if (reception.status >= 400) {
    if (const auto others = refusals.pass()) {
      parts.logger.warn("refused a request of {} with {}: {} (event \"{}\", delivery \"{}\", {} "
                        "bytes; {} more before)",
                        request.peer, reception.status, reception.reason, event_name.substr(0, 64),
                        id.substr(0, 64), request.body.size(), *others);
    }
    return {"refused", plain(reception.status, reception.reason)};
  }
  const EventLabel label = reception.event     ? label_of(*reception.event)
                           : reception.ignored ? label_of(*reception.ignored)
                                               : EventLabel();
  const LogKeys keys{{"delivery", id},
                     {"repo", label.source.repository},
                     {"pr", label.pull_number == 0 ? "" : std::to_string(label.pull_number)},
                     {"sha", label.head_sha}};
  if (!reception.event) {
    parts.logger.info("ignored {}: {}", event_name.substr(0, 64), reception.reason);
    return {reception.status == 200 ? "ping" : "ignored",
            plain(reception.status, reception.reason)};
  }
  return store(parts, id, *reception.event, label);
}

} // namespace

WebRoute webhook_route(const std::string& path, WebhookParts parts) {
  WebRoute route;
  route.method = "POST";
  route.path = path;
  route.max_body_bytes = webhooks::k_payload_cap_bytes;
  // A std::function is copied, which a LogLimit cannot be.
  const auto refusals = std::make_shared<LogLimit>();
  route.handler = [parts = std::move(parts), refusals](const WebRequest& request) {
    const auto began = std::chrono::steady_clock::now();
    Outcome outcome = receive(parts, *refusals, request);
    parts.metrics.count_delivery(outcome.name, std::chrono::steady_clock::now() - began);
    return std::move(outcome.response);
  };
  return route;
}

} // namespace leadline
