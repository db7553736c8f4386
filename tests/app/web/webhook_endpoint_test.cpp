#include "app/web/webhook_endpoint.hpp"

#include "app/github/clock.hpp"
#include "app/store/store.hpp"
#include "app/web/metrics.hpp"
#include "app/web/status_routes.hpp"
#include "base/error.hpp"
#include "tests/app/web/raw_client.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/webhook_examples.hpp"
#include "webhooks/signature.hpp"

#include <catch2/catch.hpp>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <filesystem>
#include <sstream>
#include <thread>

using namespace leadline;
using leadline::tests::RawClient;
using leadline::tests::webhook_example;

namespace {

const Secret k_secret("s3cret");

struct Bench {
  tests::TemporaryFolder folder;
  std::string path = (folder.path() / "s.sqlite").string();
  std::unique_ptr<Store> store = open_sqlite_store(path);
  std::unique_ptr<Metrics> metrics = Metrics::create();
  std::ostringstream log;
  spdlog::logger logger{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)};
  std::atomic<int> stored = 0;
  std::atomic<bool> stopping = false;
  std::unique_ptr<HttpServer> server;
  int port = 0;

  Bench() {
    Clock& clock = Clock::system();
    std::vector<WebRoute> routes =
        status_routes({*store, clock, *metrics, logger, [this] { return stopping.load(); }});
    routes.push_back(webhook_route(
        "/hook", {{Secret("other"), k_secret}, "29310", *store, clock, *metrics, logger, [this] {
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
    return deliver(id, event, body, webhooks::sign(k_secret, body));
  }

  QueueStats queue() const {
    return store->queue_stats(
        std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now()));
  }
};

} // namespace

TEST_CASE("a signed delivery becomes one durable job", "[web]") {
  Bench bench;
  const std::string& body = webhook_example("pull_request", "opened").body;
  CHECK(bench.deliver_signed("id-1", "pull_request", body) == "202");
  CHECK(bench.stored == 1);
  CHECK(bench.queue().waiting == 1);
  CHECK(bench.deliver_signed("id-1", "pull_request", body) == "202");
  CHECK(bench.stored == 1);
  CHECK(bench.queue().waiting == 1);
  // Another process sees it.
  const auto record = open_sqlite_store(bench.path)->find_delivery("id-1");
  REQUIRE(record);
  CHECK(record->delivery.event == "pull_request.opened");
  CHECK(record->delivery.repository == "Codertocat/Hello-World");
  bench.server->stop();
  CHECK(bench.log.str().find(body) == std::string::npos);
}

TEST_CASE("what is refused or ignored stores nothing", "[web]") {
  Bench bench;
  const std::string& body = webhook_example("pull_request", "opened").body;
  const std::string good = webhooks::sign(k_secret, body);
  CHECK(bench.deliver("id-1", "pull_request", body, "sha256=00") == "401");
  CHECK(bench.deliver("id-1", "pull_request", body, "") == "401");
  CHECK(bench.deliver("id-1", "pull_request", body + " ", good) == "401");
  CHECK(bench.deliver("id-1", "pull_request", body, good, "text/plain") == "415");
  CHECK(bench.deliver_signed("", "pull_request", body) == "400");
  CHECK(bench.deliver_signed("id-1", "pull_request", "{}") == "400");
  CHECK(bench.deliver_signed("id-1", "pull_request", "not JSON") == "400");
  CHECK(bench.deliver_signed("id-1", "star", "{}") == "204");
  CHECK(bench.deliver_signed("id-1", "pull_request", R"({"action":"locked"})") == "204");
  CHECK(bench.deliver_signed("id-1", "ping", webhook_example("ping", "").body) == "200");
  CHECK(bench.deliver_signed("id-1", "check_suite",
                             webhook_example("check_suite", "requested").body) == "204");
  CHECK(bench.queue().waiting == 0);
  CHECK_FALSE(bench.store->find_delivery("id-1"));
  CHECK(bench.stored == 0);
  bench.server->stop();
  const std::string log = bench.log.str();
  CHECK(log.find("with 401: the signature does not match") != std::string::npos);
  CHECK(log.find("s3cret") == std::string::npos);
  const std::string metrics = bench.metrics->text(std::nullopt);
  CHECK(metrics.find("leadline_deliveries_total{outcome=\"refused\"} 7") != std::string::npos);
  CHECK(metrics.find("leadline_deliveries_total{outcome=\"ignored\"} 3") != std::string::npos);
}

TEST_CASE("what could not be stored is 503 until it can be", "[web]") {
  Bench bench;
  const std::string& body = webhook_example("pull_request", "opened").body;
  CHECK(bench.get("/readyz").find("HTTP/1.1 200") == 0);
  std::filesystem::rename(bench.path, bench.path + ".away");
  CHECK(bench.deliver_signed("id-1", "pull_request", body) == "503");
  CHECK(bench.stored == 0);
  std::this_thread::sleep_for(std::chrono::milliseconds(1100)); // a probe a second
  CHECK(bench.get("/readyz").find("HTTP/1.1 503") == 0);
  CHECK(bench.get("/healthz").find("HTTP/1.1 200") == 0);
  std::filesystem::rename(bench.path + ".away", bench.path);
  CHECK(bench.deliver_signed("id-1", "pull_request", body) == "202");
  CHECK(bench.queue().waiting == 1);
}

TEST_CASE("status pages tell what they should", "[web]") {
  Bench bench;
  bench.deliver_signed("id-1", "pull_request", webhook_example("pull_request", "opened").body);
  CHECK(bench.get("/healthz").find("alive") != std::string::npos);
  const std::string metrics = bench.get("/metrics");
  CHECK(metrics.find("Content-Type: text/plain; version=0.0.4") != std::string::npos);
  CHECK(metrics.find("leadline_deliveries_total{outcome=\"accepted\"} 1") != std::string::npos);
  CHECK(metrics.find("leadline_queue_jobs{state=\"waiting\"} 1") != std::string::npos);
  CHECK(bench.get("/hook").find("HTTP/1.1 405") == 0);
  bench.stopping = true;
  CHECK(bench.get("/readyz").find("HTTP/1.1 503") == 0);
}

TEST_CASE("many deliveries at once are each stored once", "[web]") {
  Bench bench;
  const std::string& body = webhook_example("pull_request", "opened").body;
  std::atomic<int> accepted = 0;
  std::vector<std::thread> senders;
  for (int sender = 0; sender < 8; ++sender) {
    senders.emplace_back([&, sender] {
      for (int i = 0; i < 20; ++i) {
        // Each id is sent by two.
        const std::string id = std::to_string(sender / 2) + "-" + std::to_string(i);
        accepted += bench.deliver_signed(id, "pull_request", body) == "202" ? 1 : 0;
      }
    });
  }
  for (std::thread& sender : senders) {
    sender.join();
  }
  CHECK(accepted == 160);
  CHECK(bench.stored == 80);
  CHECK(bench.queue().waiting == 1); // one pull request, one job
}
