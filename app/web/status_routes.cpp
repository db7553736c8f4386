#include "app/web/status_routes.hpp"

#include "app/github/clock.hpp"
#include "app/store/store_copy.hpp"
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

// Remembers the last probe of the store. Whoever finds one under way goes by what is known: a
// database that does not answer must not take the threads that answer everybody else.
class Readiness {
public:
  explicit Readiness(const StatusParts& parts) : m_parts(parts) {}

  WebResponse answer() {
    if (m_parts.stopping()) {
      return plain(503, "stopping\n");
    }
    if (is_due()) {
      probe();
    }
    const std::lock_guard lock(m_mutex);
    if (m_parts.intake.is_damaged()) {
      return plain(503, "the database is damaged\n");
    }
    if (m_moved) {
      return plain(503, "the database was moved: this server is to be stopped\n");
    }
    if (!m_writable) {
      return plain(503, "the store is not writable\n");
    }
    if (m_probing && (!m_probed || Steady::now() - m_began > k_slow)) {
      return plain(503, "the store does not answer\n");
    }
    if (m_parts.intake.is_failing()) {
      return plain(503, "the last delivery could not be stored\n");
    }
    if (m_parts.refused && m_parts.refused()) {
      return m_parts.duty == StatusParts::Duty::works_only
                 ? plain(503, "GitHub refuses this server as the App (401)\n")
                 : plain(200, "ready; but GitHub refuses this server as the App (401): it stores "
                              "deliveries and works on none\n");
    }
    return plain(200, "ready\n");
  }

private:
  using Steady = std::chrono::steady_clock;
  static constexpr std::chrono::seconds k_slow{2};

  // True for one caller a second, who probes then.
  bool is_due() {
    const std::lock_guard lock(m_mutex);
    const auto now = Steady::now();
    if (m_probing || (m_probed && now - m_began < std::chrono::seconds(1))) {
      return false;
    }
    m_probing = true;
    m_began = now;
    return true;
  }

  void probe() {
    std::string problem;
    try {
      m_parts.store.check_writable();
    } catch (const std::exception& e) {
      problem = e.what();
    }
    const bool writable = problem.empty();
    const std::lock_guard lock(m_mutex);
    if (m_writable && !writable) {
      m_parts.logger.error("not ready: {}", problem);
    } else if (!m_writable && writable) {
      m_parts.logger.info("ready again");
    }
    m_writable = writable;
    m_moved = problem.find(k_moved_words) != std::string::npos;
    m_probing = false;
    m_probed = true;
  }

  StatusParts m_parts;
  std::mutex m_mutex; // guards what follows; not held while the store is asked
  bool m_probing = false;
  bool m_probed = false;
  bool m_writable = true;
  bool m_moved = false;
  Steady::time_point m_began; // of the last probe
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
  WebRoute alive = get("/healthz", [](const WebRequest&) { return plain(200, "alive\n"); });
  alive.at_once = true; // also while all others wait for a database
  return {
      std::move(alive),
      get("/readyz", [readiness](const WebRequest&) { return readiness->answer(); }),
      get("/metrics", [parts](const WebRequest&) { return metrics_answer(parts); }),
  };
}

} // namespace leadline
