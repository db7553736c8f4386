#include "app/store/store.hpp"
#include "base/error.hpp"
#include "tests/app/web/served_store.hpp"
#include "tests/support/webhook_examples.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <filesystem>
#include <thread>

using namespace leadline;
using leadline::tests::ServedStore;
using leadline::tests::webhook_example;

TEST_CASE("a signed delivery becomes one durable job", "[web]") {
  ServedStore bench;
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

TEST_CASE("what is ignored is logged with what it is about", "[web]") {
  ServedStore bench;
  const auto deliver = [&](const char* id, const char* event, const char* action) {
    CAPTURE(event, action);
    CHECK(bench.deliver_signed(id, event, webhook_example(event, action).body) == "204");
  };
  deliver("id-1", "pull_request", "locked");             // an action that is not used
  deliver("id-2", "star", "created");                    // an event that is not used
  deliver("id-3", "check_suite", "completed");           // somebody's
  deliver("id-4", "pull_request", "converted_to_draft"); // nothing to do
  bench.server->stop();
  const std::string log = bench.log.str();
  CAPTURE(log);
  const auto logged = [&](const std::string& what, const std::string& keys) {
    const std::size_t at = log.find(what);
    REQUIRE(at != std::string::npos);
    const std::string line = log.substr(at, log.find('\n', at) - at);
    CHECK_THAT(line, Catch::Contains(keys));
    return line;
  };
  const std::string repository = "repo=Codertocat/Hello-World";
  const std::string locked =
      logged("ignored pull_request: ", "delivery=id-1 " + repository + " pr=");
  CHECK(locked.find(" sha=") != std::string::npos);
  logged("ignored star: ", "delivery=id-2 " + repository);
  logged("ignored check_suite: ", "delivery=id-3 " + repository + " sha=");
  logged("ignored pull_request.converted_to_draft: ", "delivery=id-4 " + repository + " pr=2 sha=");
}

TEST_CASE("what is refused or ignored stores nothing", "[web]") {
  ServedStore bench;
  const std::string& body = webhook_example("pull_request", "opened").body;
  const std::string good = bench.sign(body);
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

TEST_CASE("strangers fill one line of the log a second", "[web]") {
  ServedStore bench;
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 50; ++i) {
    CHECK(bench.deliver("id-1", "pull_request", "{}", "sha256=00") == "401");
  }
  const auto seconds =
      std::chrono::ceil<std::chrono::seconds>(std::chrono::steady_clock::now() - began);
  bench.server->stop();
  const std::string log = bench.log.str();
  long lines = 0;
  for (std::size_t at = log.find("refused a request"); at != std::string::npos;
       at = log.find("refused a request", at + 1)) {
    ++lines;
  }
  CHECK(lines >= 1);
  CHECK(lines <= seconds.count() + 1);
}

TEST_CASE("addresses in a payload change nothing of what is done", "[web]") {
  std::string body = webhook_example("pull_request", "opened").body;
  const auto job_of = [](const std::string& sent) {
    const ServedStore bench;
    CHECK(bench.deliver_signed("id-1", "pull_request", sent) == "202");
    return bench.store->jobs(JobState::waiting, 1).at(0).job;
  };
  const Job honest = job_of(body);
  constexpr std::string_view k_host = "https://api.github.com";
  std::size_t replaced = 0;
  for (std::size_t at = body.find(k_host); at != std::string::npos; at = body.find(k_host)) {
    body.replace(at, k_host.size(), "http://169.254.169.254/x");
    ++replaced;
  }
  REQUIRE(replaced > 20);
  const Job forged = job_of(body);
  CHECK(forged.repository == honest.repository);
  CHECK(forged.pull_number == honest.pull_number);
  CHECK(forged.head_sha == honest.head_sha);
  CHECK(forged.installation_id == honest.installation_id);
  for (const std::string& text : {forged.repository, forged.head_sha, forged.base_sha,
                                  forged.reason, forged.command, forged.sender}) {
    CHECK(text.find("169.254") == std::string::npos);
  }
}

TEST_CASE("what could not be stored is 503 until it can be", "[web]") {
  ServedStore bench;
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
  ServedStore bench;
  bench.deliver_signed("id-1", "pull_request", webhook_example("pull_request", "opened").body);
  CHECK(bench.get("/healthz").find("alive") != std::string::npos);
  Finding finding;
  finding.rule = "capacity.drop";
  finding.severity = Severity::high;
  bench.metrics->found(finding);
  bench.metrics->acknowledged("capacity.drop");
  bench.metrics->stage_ended("judge", std::chrono::milliseconds(300));
  const std::string metrics = bench.get("/metrics");
  CHECK(metrics.find("leadline_findings_total{rule=\"capacity.drop\",severity=\"high\"} 1") !=
        std::string::npos);
  CHECK(metrics.find("leadline_acknowledgements_total{rule=\"capacity.drop\"} 1") !=
        std::string::npos);
  CHECK(metrics.find("leadline_stage_seconds_bucket{stage=\"judge\",le=\"0.25\"} 0") !=
        std::string::npos);
  CHECK(metrics.find("leadline_stage_seconds_bucket{stage=\"judge\",le=\"0.5\"} 1") !=
        std::string::npos);
  CHECK(metrics.find("Content-Type: text/plain; version=0.0.4") != std::string::npos);
  CHECK(metrics.find("leadline_deliveries_total{outcome=\"accepted\"} 1") != std::string::npos);
  CHECK(metrics.find("leadline_queue_jobs{state=\"waiting\"} 1") != std::string::npos);
  CHECK(bench.get("/hook").find("HTTP/1.1 405") == 0);
  bench.stopping = true;
  CHECK(bench.get("/readyz").find("HTTP/1.1 503") == 0);
}

TEST_CASE("many deliveries at once are each stored once", "[web]") {
  ServedStore bench;
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
