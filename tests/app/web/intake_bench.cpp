#include "app/github/clock.hpp"
#include "app/store/store.hpp"
#include "app/web/http_server.hpp"
#include "app/web/intake_state.hpp"
#include "app/web/metrics.hpp"
#include "app/web/webhook_endpoint.hpp"
#include "tests/app/web/raw_client.hpp"
#include "tests/support/temporary_folder.hpp"
#include "tests/support/webhook_examples.hpp"
#include "webhooks/signature.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>

using namespace leadline;

// Hidden: run by name, `app_tests "[intake_bench]"`, for a figure of this machine and build.
TEST_CASE("how many deliveries a second are accepted, each durable", "[.][intake_bench]") {
  constexpr int k_senders = 32;
  constexpr int k_each = 200;
  const tests::TemporaryFolder folder;
  const auto store = open_sqlite_store(folder.path() / "s.sqlite");
  const auto metrics = Metrics::create();
  spdlog::logger logger{"bench", std::make_shared<spdlog::sinks::null_sink_mt>()};
  const Secret secret("s3cret");
  IntakeState intake;
  const auto server = HttpServer::create(
      {},
      {webhook_route("/hook",
                     {{secret}, "1", *store, Clock::system(), *metrics, logger, intake, [] {}})},
      logger);
  server->start();
  const std::string& body = tests::webhook_example("pull_request", "opened").body;
  const std::string signature = webhooks::sign(secret, body);
  std::vector<double> times;
  std::mutex mutex;
  std::atomic<int> accepted = 0;
  const auto began = std::chrono::steady_clock::now();
  std::vector<std::thread> senders;
  for (int sender = 0; sender < k_senders; ++sender) {
    senders.emplace_back([&, sender] {
      tests::RawClient client(server->port());
      std::vector<double> mine;
      for (int i = 0; i < k_each; ++i) {
        const auto sent = std::chrono::steady_clock::now();
        client.send(fmt::format("POST /hook HTTP/1.1\r\nHost: x\r\nX-GitHub-Event: pull_request\r\n"
                                "X-GitHub-Delivery: {}-{}\r\nX-Hub-Signature-256: {}\r\n"
                                "Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{}",
                                sender, i, signature, body.size(), body));
        accepted += client.receive_answer().find("HTTP/1.1 202") == 0 ? 1 : 0;
        mine.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - sent)
                .count());
      }
      const std::lock_guard lock(mutex);
      times.insert(times.end(), mine.begin(), mine.end());
    });
  }
  for (std::thread& sender : senders) {
    sender.join();
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  CHECK(accepted == k_senders * k_each);
  std::sort(times.begin(), times.end());
  fmt::print("{} deliveries of {} bytes from {} senders: {:.0f}/s, p50 {:.1f} ms, p99 {:.1f} ms\n",
             times.size(), body.size(), k_senders, static_cast<double>(times.size()) / took.count(),
             times[times.size() / 2], times[times.size() * 99 / 100]);
}
