#include "app/web/status_routes.hpp"

#include "app/github/clock.hpp"
#include "app/web/intake_state.hpp"
#include "app/web/metrics.hpp"
#include "base/error.hpp"

#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>
#include <optional>

namespace leadline {
namespace {

WebResponse plain(int status, const char* text) {
  WebResponse response;
  response.status = status;
  response.body = text;
  return response;
}

// Remembers the last probe of the store.
class Readiness {
public:
  explicit Readiness(const StatusParts& parts) : m_parts(parts) {}

  WebResponse answer() {
    if (m_parts.stopping()) {
      return plain(503, "stopping\n");
    }
    const std::lock_guard lock(m_mutex);
    const auto now = std::chrono::steady_clock::now();
    if (!m_probed || now - m_probed_at >= std::chrono::seconds(1)) {
      probe();
      m_probed = true;
      m_probed_at = now;
    }
    if (m_parts.intake.is_damaged()) {
      return plain(503, "the database is damaged\n");
    }
    if (!m_writable) {
      return plain(503, "the store is not writable\n");
    }
    return m_parts.intake.is_failing() ? plain(503, "the last delivery could not be stored\n")
                                       : plain(200, "ready\n");
  }

private:
  void probe() {
    std::string problem;
    try {
      m_parts.store.check_writable();
    } catch (const std::exception& e) {
      problem = e.what();
    }
    const bool writable = problem.empty();
    if (m_writable && !writable) {
      m_parts.logger.error("not ready: {}", problem);
    } else if (!m_writable && writable) {
      m_parts.logger.info("ready again");
    }
    m_writable = writable;
  }

  StatusParts m_parts;
  std::mutex m_mutex;
  bool m_probed = false;
  bool m_writable = true;
  std::chrono::steady_clock::time_point m_probed_at;
};

WebResponse metrics_answer(const StatusParts& parts) {
  WebResponse response;
  response.content_type = "text/plain; version=0.0.4; charset=utf-8";
  const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(parts.clock.now());
  std::optional<QueueStats> queue;
  try {
    queue = parts.store.queue_stats(now);
  } catch (const Error& e) {
    parts.logger.warn("metrics without the queue: {}", e.what());
  }
  response.body = parts.metrics.text(queue);
  return response;
}

WebRoute get(const std::string& path, std::function<WebResponse(const WebRequest&)> handler) {
  WebRoute route;
  route.method = "GET";
  route.path = path;
  route.handler = std::move(handler);
  return route;
}

} // namespace

std::vector<WebRoute> status_routes(const StatusParts& parts) {
  const auto readiness = std::make_shared<Readiness>(parts);
  return {
      get("/healthz", [](const WebRequest&) { return plain(200, "alive\n"); }),
      get("/readyz", [readiness](const WebRequest&) { return readiness->answer(); }),
      get("/metrics", [parts](const WebRequest&) { return metrics_answer(parts); }),
  };
}

} // namespace leadline
