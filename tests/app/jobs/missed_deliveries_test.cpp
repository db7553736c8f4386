#include "app/jobs/missed_deliveries.hpp"

#include "app/github/app_api.hpp"
#include "app/github/app_api_json.hpp"
#include "app/github/messages_json.hpp"
#include "app/jobs/job_handlers.hpp"
#include "app/jobs/reconcile.hpp"
#include "app/log.hpp"
#include "app/store/store.hpp"
#include "base/error.hpp"
#include "tests/app/github/github_double.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <sstream>

using namespace leadline;
using namespace std::chrono_literals;
using nlohmann::json;

namespace {

// Attempts from this id on were asked for, and are not GitHub's own.
constexpr int k_first_redelivery = 1000;

class FixedJwt final : public AppJwt {
public:
  Secret issue(std::chrono::system_clock::time_point) const override { return Secret("jwt"); }
};

class Queue final : public JobQueue {
public:
  void enqueue(const Job& job) override { jobs.push_back(job); }
  void move_jobs(const std::string&, const std::string&, std::int64_t) override {}
  void cancel(const Job&) override {}
  std::size_t drop(std::int64_t, const std::string&) override { return 0; }
  std::vector<JobRecord> standing(const Job&) override { return {}; }
  std::vector<Job> jobs;
};

struct Bench {
  tests::TemporaryFolder folder;
  std::unique_ptr<Store> store = open_sqlite_store((folder.path() / "s.sqlite").string());
  ReplayingTransport github;
  TestClock clock;
  std::ostringstream log;
  spdlog::logger logger{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)};
  FixedJwt jwt;
  InstallationTokens tokens{github, jwt, clock};
  ApiUrls urls = ApiUrls::from("", "", "");
  AppApi api{github, jwt, tokens, clock, urls};
  MissedDeliveries missed{api, *store, *store, clock, logger};

  json attempt(int id, const std::string& guid, std::chrono::minutes ago, int status) const {
    return {{"id", id},
            {"guid", guid},
            {"delivered_at", iso_time(clock.now() - ago)},
            {"redelivery", id >= k_first_redelivery},
            {"status_code", status},
            {"event", "pull_request"},
            {"action", "opened"}};
  }
  void list(const json& attempts) {
    github.answer("GET /app/hook/deliveries?per_page=100", json_response(200, attempts));
  }
  void accept(int id) {
    github.answer("POST /app/hook/deliveries/" + std::to_string(id) + "/attempts",
                  json_response(202, json::object()));
  }
  MissedCounts look() {
    github.requests.clear();
    return missed.look();
  }
  std::vector<std::string> asked() const {
    std::vector<std::string> paths;
    for (const HttpRequest& request : github.requests) {
      if (request.method == "POST") {
        paths.push_back(request.path);
        CHECK(request.token.reveal() == "jwt");
      }
    }
    return paths;
  }
  void record(const std::string& id, DeliveryState state) {
    Job job;
    job.repository = "o/r";
    job.pull_number = 1;
    job.delivery_id = id;
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(clock.now());
    store->record_delivery({id, "e", "o/r", now}, {job});
    if (state == DeliveryState::failed) {
      store->bury(*store->lease_next({"w", now, 60s}), "refused", now);
    }
  }
};

} // namespace

TEST_CASE("deliveries that failed and are not here are asked for again", "[missed]") {
  Bench bench;
  bench.logger.set_formatter(make_log_formatter(LogFormat::text));
  bench.record("here", DeliveryState::queued); // GitHub did not hear our 202
  bench.record("dead", DeliveryState::failed);
  bench.list(
      json::array({bench.attempt(9, "fine", 1min, 202), bench.attempt(8, "here", 2min, 0),
                   bench.attempt(7, "dead", 3min, 504), bench.attempt(6, "came later", 4min, 204),
                   bench.attempt(5, "busy", 5min, 503), bench.attempt(4, "came later", 6min, 0),
                   bench.attempt(3, "unreached", 70h, 0), bench.attempt(2, "too old", 73h, 0)}));
  for (const int id : {7, 5, 3}) {
    bench.accept(id);
  }
  const MissedCounts counts = bench.look();
  CHECK(counts.missed == 3);
  CHECK(bench.store->queue_stats({}).missed == 3);
  CHECK(counts.asked == 3);
  CHECK(counts.given_up == 0);
  CHECK(bench.asked() == std::vector<std::string>{"/app/hook/deliveries/3/attempts",
                                                  "/app/hook/deliveries/5/attempts",
                                                  "/app/hook/deliveries/7/attempts"});
  const std::string log = bench.log.str();
  CAPTURE(log);
  CHECK(log.find("again, answered with 504 at attempt 1 delivery=dead repo=o/r\n") !=
        std::string::npos);
  CHECK(log.find("again, answered with 503 at attempt 1 delivery=busy\n") != std::string::npos);
}

TEST_CASE("a delivery that keeps failing is asked for later and later, and given up at last",
          "[missed]") {
  Bench bench;
  json attempts = json::array({bench.attempt(1, "d", 1min, 503)});
  std::vector<std::chrono::minutes> waits;
  int id = 1;
  std::chrono::minutes waited{0};
  while (waits.size() < 5 && waited < 200min) {
    bench.list(attempts);
    bench.accept(attempts[0]["id"]);
    if (bench.look().asked == 1) {
      waits.push_back(waited);
      waited = 0min;
      attempts.insert(attempts.begin(), bench.attempt(k_first_redelivery + ++id, "d", 0min, 503));
    }
    bench.clock.pass(1min);
    ++waited;
  }
  CHECK(waits == std::vector<std::chrono::minutes>{0min, 1min, 2min, 4min, 8min});
  bench.clock.pass(200min);
  bench.list(attempts);
  const MissedCounts counts = bench.look();
  CHECK(counts.asked == 0);
  CHECK(counts.given_up == 1);
  // Known to all servers, by the store.
  const auto other = open_sqlite_store((bench.folder.path() / "s.sqlite").string());
  CHECK(other->queue_stats({}).missed == 0);
  CHECK(other->queue_stats({}).given_up == 1);
  bench.clock.pass(73h); // GitHub has forgotten it
  bench.list(json::array());
  bench.look();
  CHECK(other->queue_stats({}).given_up == 0);
}

TEST_CASE("what was given up is not begun anew when its first attempts are out of sight",
          "[missed]") {
  Bench bench;
  // Refused for ever, or taken with 202 by a server that keeps it elsewhere.
  const auto status = GENERATE(503, 202);
  bench.store->save_chore_reached(MissedDeliveries::k_chore,
                                  std::chrono::floor<std::chrono::milliseconds>(bench.clock.now()) -
                                      25min);
  json attempts = json::array({bench.attempt(1, "d", 20min, status)});
  std::size_t asked = 0;
  for (int look = 0; look < 40; ++look) { // 200 minutes
    bench.list(attempts);
    bench.accept(attempts[0]["id"]);
    if (bench.look().asked == 1) {
      ++asked;
      attempts.insert(attempts.begin(),
                      bench.attempt(k_first_redelivery + look, "d", 0min, status));
    }
    bench.clock.pass(5min);
  }
  CHECK(asked == (status == 202 ? 1 : 5));
}

TEST_CASE("what was taken and is not here, as after a restored copy, is asked for again",
          "[missed]") {
  Bench bench;
  const auto since = std::chrono::floor<std::chrono::milliseconds>(bench.clock.now()) - 20min;
  bench.store->save_chore_reached(MissedDeliveries::k_chore, since);
  bench.record("here", DeliveryState::queued);
  bench.record("dead", DeliveryState::failed); // a person tries it again
  json attempts = json::array(
      {bench.attempt(8, "a later word", 1min, 202), bench.attempt(7, "ignored", 2min, 204),
       bench.attempt(6, "ping", 3min, 200), bench.attempt(5, "here", 4min, 202),
       bench.attempt(4, "dead", 5min, 202), bench.attempt(3, "lost", 6min, 202),
       bench.attempt(2, "before the copy", 30min, 202)});
  bench.list(attempts);
  bench.accept(8);
  bench.accept(3);
  const MissedCounts counts = bench.look();
  CHECK(counts.missed == 2);
  CHECK(counts.lost == 2);
  CHECK(bench.asked() == std::vector<std::string>{"/app/hook/deliveries/3/attempts",
                                                  "/app/hook/deliveries/8/attempts"});
  CHECK(bench.log.str().find("2 deliveries were taken that the database does not have") !=
        std::string::npos);
  // What they ask for is of before the copy, whenever it comes.
  CHECK(bench.store->found().lost_come_until >= bench.clock.now() + 1h);
  CHECK(bench.store->found().looked ==
        std::chrono::floor<std::chrono::milliseconds>(bench.clock.now()));
  // Taken again and still not here: whoever takes it does not store it here, and is left alone.
  attempts.insert(attempts.begin(), bench.attempt(k_first_redelivery + 1, "lost", 0min, 202));
  bench.record("a later word", DeliveryState::queued);
  for (const auto wait : {1min, 10min, 60min}) {
    bench.clock.pass(wait);
    bench.list(attempts);
    const MissedCounts later = bench.look();
    CHECK(later.asked == 0);
    CHECK(later.lost == 0);
  }
}

TEST_CASE("a new database asks for nothing that another one has taken", "[missed]") {
  Bench bench;
  bench.list(
      json::array({bench.attempt(2, "taken", 30min, 202), bench.attempt(1, "failed", 40min, 503)}));
  bench.accept(1);
  CHECK(bench.look().asked == 1);
  CHECK(bench.asked() == std::vector<std::string>{"/app/hook/deliveries/1/attempts"});
  // Nor later, for one that is still open and as old.
  bench.clock.pass(30s);
  bench.list(
      json::array({bench.attempt(3, "failed", 0min, 503), bench.attempt(2, "taken", 30min, 202),
                   bench.attempt(1, "failed", 40min, 503)}));
  CHECK(bench.look().missed == 1);
  CHECK(bench.asked().empty());
}

TEST_CASE("a look begins where the last one ended, or at what is still open", "[missed]") {
  Bench bench;
  bench.list(
      json::array({bench.attempt(2, "fine", 1min, 202), bench.attempt(1, "open", 40min, 0)}));
  bench.accept(1);
  bench.look();
  const auto open_since = bench.clock.now() - 40min;
  CHECK(bench.store->chore_reached(MissedDeliveries::k_chore) == open_since - 1min);
  bench.record("fine", DeliveryState::queued);
  bench.record("open", DeliveryState::queued);
  bench.list(
      json::array({bench.attempt(3, "open", 0min, 202), bench.attempt(1, "open", 40min, 0)}));
  bench.look();
  CHECK(bench.store->chore_reached(MissedDeliveries::k_chore) == bench.clock.now() - 10min);
}

TEST_CASE("a look of a clock that was ahead ends no look of the right one", "[missed]") {
  Bench bench;
  bench.list(json::array({bench.attempt(1, "before", 1min, 204)}));
  bench.clock.pass(24h);
  bench.look();
  bench.clock.pass(-24h);
  SECTION("corrected at once") {
    bench.list(json::array({bench.attempt(2, "refused meanwhile", 5min, 503)}));
    bench.accept(2);
    CHECK(bench.look().asked == 1);
  }
  SECTION("corrected later") {
    bench.clock.pass(30min);
    bench.list(json::array({bench.attempt(2, "refused meanwhile", 15min, 503)}));
    bench.accept(2);
    CHECK(bench.look().asked == 1);
  }
}

TEST_CASE("what GitHub will not send again does not stop the others", "[missed]") {
  Bench bench;
  bench.list(json::array({bench.attempt(2, "a", 1min, 0), bench.attempt(1, "b", 2min, 0)}));
  bench.github.answer("POST /app/hook/deliveries/2/attempts",
                      json_response(422, {{"message", "Validation Failed"}}));
  bench.accept(1);
  CHECK(bench.look().asked == 1);
}

TEST_CASE("a delivery for which GitHub fails each time holds up no other", "[missed]") {
  Bench bench;
  const int many = 12;
  json attempts = json::array();
  for (int id = many; id >= 1; --id) { // asked for in the order of their ids
    attempts.push_back(bench.attempt(id, "d" + std::to_string(100 + id), 5min, 0));
  }
  const auto fail = [&](int id) {
    bench.github.answer("POST /app/hook/deliveries/" + std::to_string(id) + "/attempts",
                        json_response(502, {{"message", "Server Error"}}));
  };
  bench.list(attempts);
  fail(1);
  for (int id = 2; id <= many; ++id) {
    bench.accept(id);
  }
  MissedCounts counts = bench.look();
  CHECK(counts.asked == many - 1);
  CHECK(counts.failed == 1);
  CHECK(bench.store->queue_stats({}).missed == many);
  // Where many fail in a row it is GitHub; the next look begins with the others.
  bench.list(attempts);
  for (int id = 2; id <= 6; ++id) { // the one that failed comes last
    fail(id);
  }
  counts = bench.look();
  CHECK(counts.failed == 5);
  CHECK(bench.asked().size() == 5);
  bench.list(attempts);
  for (int id = 1; id <= many; ++id) {
    id <= 6 ? fail(id) : bench.accept(id);
  }
  CHECK(bench.look().asked == many - 6);
}

TEST_CASE("pages of deliveries are followed on the same host only", "[missed]") {
  Bench bench;
  HttpResponse first = json_response(200, json::array({bench.attempt(2, "a", 1min, 202)}));
  const auto link = [&](const std::string& url) {
    first.headers = {{"link", "<" + url + ">; rel=\"next\""}};
    bench.github.answer("GET /app/hook/deliveries?per_page=100", first);
  };
  link("https://api.github.com/app/hook/deliveries?per_page=100&cursor=v1");
  bench.github.answer("GET /app/hook/deliveries?per_page=100&cursor=v1",
                      json_response(200, json::array({bench.attempt(1, "b", 2min, 0)})));
  bench.accept(1);
  CHECK(bench.look().asked == 1);
  link("https://evil.example/app/hook/deliveries?cursor=v1");
  CHECK_THROWS_WITH(bench.look(), Catch::Contains("another host"));
}

TEST_CASE("every repository of every installation is swept", "[reconcile]") {
  Bench bench;
  bench.github.answer("GET /app/installations?per_page=100",
                      json_response(200, json::parse(R"([{"id": 1, "suspended_at": null}, {"id": 3},
                          {"id": 2, "suspended_at": "2026-01-01T00:00:00Z"}, {"id": 4}])")));
  const auto token = [&](int installation) {
    bench.github.answer("POST /app/installations/" + std::to_string(installation) +
                            "/access_tokens",
                        json_response(201, {{"token", "t" + std::to_string(installation)},
                                            {"expires_at", iso_time(bench.clock.now() + 1h)}}));
  };
  token(1);
  token(4);
  for (const char* page : {R"({"repositories": [{"full_name": "o/one", "archived": false},
                                                {"full_name": "o/old", "archived": true}]})",
                           R"({"repositories": [{"full_name": "o/four"}]})"}) {
    bench.github.answer("GET /installation/repositories?per_page=100",
                        json_response(200, json::parse(page)));
  }
  Queue queue;
  CHECK(reconcile(bench.api, queue, bench.logger) == 2); // 3 has no token
  REQUIRE(queue.jobs.size() == 2);
  CHECK(queue.jobs[0].kind == JobKind::sweep);
  CHECK(queue.jobs[0].repository == "o/one");
  CHECK(queue.jobs[0].installation_id == 1);
  CHECK(queue.jobs[0].reason == k_reconcile_reason);
  CHECK(queue.jobs[1].repository == "o/four");
  CHECK(queue.jobs[1].installation_id == 4);
}

TEST_CASE("times as GitHub writes them", "[app_api]") {
  const std::chrono::system_clock::time_point time{std::chrono::seconds(1'769'903'999)};
  CHECK(parse_iso_time("2026-01-31T23:59:59Z") == time);
  CHECK(parse_iso_time("2026-01-31T23:59:59.250Z") == time);
  CHECK(parse_http_date("Sat, 31 Jan 2026 23:59:59 GMT") == time);
  CHECK_THROWS_AS(parse_iso_time("1013-01-01T00:00:00Z"), Error); // before the clock's time
  CHECK_THROWS_AS(parse_iso_time("9999-01-01T00:00:00Z"), Error);
  CHECK_THROWS_AS(parse_iso_time("yesterday"), Error);
  CHECK_THROWS_AS(parse_http_date(""), Error);
  CHECK_THROWS_AS(parse_hook_attempts("{\"message\": \"no\"}"), Error);
  CHECK_THROWS_AS(parse_hook_attempts("not JSON"), Error);
  for (const char* id : {"1e56", "1.5", "\"1\"", "null"}) {
    CAPTURE(id);
    const std::string row = std::string("[{\"id\": ") + id + "}]";
    CHECK_THROWS_AS(parse_hook_attempts(row), Error);
    CHECK_THROWS_AS(parse_installations(row), Error);
  }
}
