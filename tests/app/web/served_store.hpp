#pragma once

#include "app/github/clock.hpp"
#include "app/log.hpp"
#include "app/store/store.hpp"
#include "app/web/intake_state.hpp"
#include "app/web/metrics.hpp"
#include "app/web/status_routes.hpp"
#include "app/web/webhook_endpoint.hpp"
#include "tests/app/web/raw_client.hpp"
#include "tests/support/temporary_folder.hpp"
#include "webhooks/signature.hpp"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

namespace leadline::tests {

// Receiver and status pages over a SQLite store, on a port of loopback.
struct ServedStore {
  TemporaryFolder folder;
  const Secret secret{"s3cret"};
  std::string path;
  std::unique_ptr<Store> store;
  std::unique_ptr<Metrics> metrics = Metrics::create();
  std::ostringstream log;
  spdlog::logger logger{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)};
  std::atomic<int> stored = 0;
  std::atomic<bool> stopping = false;
  std::atomic<bool> refused = false;
  IntakeState intake;
  std::unique_ptr<HttpServer> server;
  int port = 0;

  explicit ServedStore(const std::string& at = "")
      : path(at.empty() ? (folder.path() / "s.sqlite").string() : at),
        store(open_sqlite_store(path)) {
    logger.set_formatter(make_log_formatter(LogFormat::text));
    Clock& clock = Clock::system();
    std::vector<WebRoute> routes =
        status_routes({*store, clock, *metrics, logger, intake, [this] { return stopping.load(); },
                       [this] { return refused.load(); }});
    routes.push_back(webhook_route(
        "/hook",
        {{Secret("other"), secret}, "29310", *store, clock, *metrics, logger, intake, [this] {
           ++stored;
         }}));
    server = HttpServer::create({}, std::move(routes), logger);
    server->start();
    port = server->port();
  }

  std::string get(const std::string& target) const {
    RawClient client(port);
    client.send("GET " + target + " HTTP/1.1\r\nHost: x\r\n\r\n");
    return client.receive_answer();
  }

  std::string deliver(const std::string& id, const std::string& event, const std::string& body,
                      const std::string& signature,
                      const std::string& type = "application/json") const {
    RawClient client(port);
    client.send("POST /hook HTTP/1.1\r\nHost: x\r\nX-GitHub-Event: " + event +
                "\r\nX-GitHub-Delivery: " + id + "\r\nX-Hub-Signature-256: " + signature +
                "\r\nContent-Type: " + type + "\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n\r\n" + body);
    return client.receive_answer().substr(9, 3);
  }
  std::string deliver_signed(const std::string& id, const std::string& event,
                             const std::string& body) const {
    return deliver(id, event, body, webhooks::sign(secret, body));
  }

  std::string sign(const std::string& body) const { return webhooks::sign(secret, body); }

  QueueStats queue() const {
    return store->queue_stats(
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  }
};

} // namespace leadline::tests
