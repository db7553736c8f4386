#include "app/serve_front.hpp"

#include "app/config/server_config.hpp"
#include "app/web/metrics.hpp"
#include "base/error.hpp"
#include "base/text.hpp"
#include "webhooks/names.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

namespace leadline {
namespace {

constexpr const char* k_metrics_path = "/metrics";

WebRoute route(const char* method, const std::string& path, WebResponse answer) {
  WebRoute made;
  made.method = method;
  made.path = path;
  made.handler = [answer = std::move(answer)](const WebRequest&) { return answer; };
  return made;
}

WebResponse refused(const char* text) {
  WebResponse response;
  response.status = 503;
  response.body = text;
  response.headers = {{"Retry-After", "30"}};
  return response;
}

// What is answered while there is no database.
std::vector<WebRoute> before(const ServerConfig& config, Metrics& metrics,
                             const std::shared_ptr<std::atomic<const char*>>& why) {
  WebResponse alive;
  alive.body = "alive\n";
  std::vector<WebRoute> routes = {route("GET", "/healthz", alive), route("GET", "/readyz", {}),
                                  route("GET", k_metrics_path, {})};
  routes[0].at_once = true;
  routes[1].handler = [why](const WebRequest&) {
    return refused((std::string(why->load()) + "\n").c_str());
  };
  routes[2].handler = [&metrics](const WebRequest&) {
    WebResponse response;
    response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    response.body = metrics.text(std::nullopt);
    return response;
  };
  if (config.role == ServerRole::worker) {
    return routes;
  }
  routes.push_back(route("POST", config.webhook_path, {}));
  routes.back().max_body_bytes = webhooks::k_payload_cap_bytes;
  routes.back().handler = [&metrics](const WebRequest&) {
    metrics.count_delivery("unavailable", std::chrono::seconds(0));
    return refused("cannot store the delivery now\n");
  };
  if (!config.api_tokens.empty()) {
    routes.push_back(route("GET", "/api/audit", refused("not ready\n")));
  }
  if (!config.public_url.empty()) {
    routes.push_back(route("GET", "/report", refused("not ready\n")));
  }
  return routes;
}

HttpOptions http_options(const ServerConfig& config, Metrics& metrics) {
  HttpOptions options{config.host, config.port, {}, {}};
  options.limits.max_bodies_bytes = config.intake_memory_bytes;
  options.cut = [&metrics](HttpCut why) { metrics.count_cut_request(name_of(why)); };
  return options;
}

// Whoever can reach it does not keep deliveries out.
HttpOptions metrics_options(const ServerConfig& config) {
  HttpOptions options{config.metrics_host, *config.metrics_port, {}, {}};
  options.limits.threads = 2;
  options.limits.max_connections = 64;
  return options;
}

} // namespace

Front::Front(const ServerConfig& config, Metrics& metrics, spdlog::logger& logger)
    : m_why(std::make_shared<std::atomic<const char*>>("starting")),
      m_routes(before(config, metrics, m_why)) {
  std::vector<WebRoute> routes = m_routes.routes();
  if (config.metrics_port) {
    const auto is_metrics = [](const WebRoute& each) { return each.path == k_metrics_path; };
    const auto apart = std::find_if(routes.begin(), routes.end(), is_metrics);
    m_metrics = HttpServer::create(metrics_options(config), {*apart}, logger);
    routes.erase(apart);
  }
  m_server = HttpServer::create(http_options(config, metrics), std::move(routes), logger);
}

void Front::start() {
  m_server->start();
  if (m_metrics) {
    m_metrics->start();
  }
}

void Front::stop() {
  m_server->stop();
  if (m_metrics) {
    m_metrics->stop();
  }
}

const char* public_reason(const Error& error) {
  // SQLite's (https://www.sqlite.org/c3ref/errcode.html) and the system's own words.
  constexpr std::array<std::pair<std::string_view, const char*>, 11> k_reasons = {
      {{"readonly database", "the database is read-only"},
       {"Read-only file system", "the database is read-only"},
       {"Permission denied", "the database may not be opened"},
       {"malformed", "the database is damaged"},
       {"not a database", "the database is damaged"},
       {"is full", "the disk is full"},
       {"No space left", "the disk is full"},
       {"disk I/O error", "the disk has errors"},
       {"does not answer in time", "the disk is too slow, or the database in use"},
       {"is locked", "the database is locked"},
       {"somebody else holds a lock", "the database is in use: it is to be brought up to date"}}};
  const std::string_view text = error.what();
  const auto found = std::find_if(k_reasons.begin(), k_reasons.end(), [&](const auto& reason) {
    return text.find(reason.first) != std::string_view::npos;
  });
  return found == k_reasons.end() ? "the database cannot be opened" : found->second;
}

} // namespace leadline
