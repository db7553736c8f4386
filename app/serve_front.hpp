#pragma once

#include "app/web/late_routes.hpp"

#include <atomic>
#include <memory>
#include <string_view>
#include <vector>

namespace leadline {

class Error;
class Metrics;
struct ServerConfig;

// What the server listens with, from its first moment: while it has no database, /readyz and
// deliveries are answered with 503, the first with the reason. /metrics is at the same port, or at
// one of its own where that is configured.
class Front {
public:
  // Listens; throws Error(unavailable) naming an address that cannot be had. Borrows the last two.
  Front(const ServerConfig& config, Metrics& metrics, spdlog::logger& logger);

  void start();
  // Why it cannot serve yet; a literal.
  void wait_for(const char* why) { *m_why = why; }
  // Serves from now on by these, whose paths are those of the configuration.
  void open(std::vector<WebRoute> routes) { m_routes.open(std::move(routes)); }
  void stop();

  int port() const { return m_server->port(); }
  int metrics_port() const { return m_metrics ? m_metrics->port() : port(); }

private:
  const std::shared_ptr<std::atomic<const char*>> m_why;
  LateRoutes m_routes;
  std::unique_ptr<HttpServer> m_metrics; // null: at the other port
  std::unique_ptr<HttpServer> m_server;
};

// What a database that cannot be opened may say of itself to whoever asks: no path, host or name.
const char* public_reason(const Error& error);

} // namespace leadline
