#include "app/github/rate_limit.hpp"

#include "base/error.hpp"
#include "github_double.hpp"

#include <catch2/catch.hpp>
#include <spdlog/sinks/null_sink.h>
#include <spdlog/spdlog.h>

#include <mutex>
#include <thread>

using namespace leadline;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

struct Fixture {
  HttpResponse get(std::int64_t installation_id = 1) {
    HttpRequest request;
    request.path = "/x";
    request.installation_id = installation_id;
    return limited->send(request);
  }
  HttpResponse post(bool repeatable = false, std::int64_t installation_id = 1) {
    HttpRequest request;
    request.method = "POST";
    request.path = "/x";
    request.installation_id = installation_id;
    request.repeatable = repeatable;
    return limited->send(request);
  }

  ReplayingTransport github;
  TestClock clock;
  spdlog::logger logger{"test", std::make_shared<spdlog::sinks::null_sink_mt>()};
  std::unique_ptr<HttpTransport> limited = make_rate_limited(github, clock, logger);
};

HttpResponse answer(int status, std::vector<std::pair<std::string, std::string>> headers = {},
                    const std::string& body = "{}") {
  HttpResponse response;
  response.status = status;
  response.headers = std::move(headers);
  response.body = body;
  return response;
}

} // namespace

TEST_CASE("a refusal for a limit names how long to stay away", "[rate_limit]") {
  struct Row {
    const char* what;
    HttpResponse response;
    std::optional<seconds> expected;
  };
  const std::string reset = "1700000120";
  const std::chrono::system_clock::time_point now{seconds(1'700'000'000)};
  const std::vector<Row> rows = {
      {"success", answer(200, {{"x-ratelimit-remaining", "0"}}), std::nullopt},
      {"retry-after", answer(403, {{"retry-after", "17"}}), seconds(17)},
      {"retry-after of 429", answer(429, {{"retry-after", "17"}}), seconds(17)},
      {"absurd retry-after", answer(429, {{"retry-after", "99999999"}}), seconds(3600)},
      {"primary limit", answer(403, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", reset}}),
       seconds(121)},
      {"secondary limit without a header",
       answer(403, {}, R"({"message": "You have exceeded a secondary rate limit."})"), seconds(60)},
      {"429 without a header", answer(429), seconds(60)},
      {"abuse as 422", answer(422, {}, R"({"errors": [{"code": "abuse"}]})"), seconds(60)},
      {"422 about a field", answer(422, {}, R"({"errors": [{"code": "invalid"}]})"), std::nullopt},
      {"permission refused",
       answer(403, {}, R"({"message": "Resource not accessible by integration"})"), std::nullopt},
      {"not found", answer(404, {{"retry-after", "5"}}), std::nullopt},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(limit_wait(row.response, 0, now) == row.expected);
  }
  CHECK(limit_wait(answer(429), 1, now) == seconds(120));
  CHECK(limit_wait(answer(429), 50, now) == seconds(900));
}

TEST_CASE("a short wait is sat out, writes included, as a refused one had no effect",
          "[rate_limit]") {
  Fixture f;
  f.github.answer("POST /x", answer(403, {{"retry-after", "9"}}));
  f.github.answer("POST /x", answer(201));
  CHECK(f.post().status == 201);
  CHECK(f.clock.slept >= seconds(9));
}

TEST_CASE("a long wait is an error that says how long, and nothing is sent until it is over",
          "[rate_limit]") {
  Fixture f;
  f.github.answer("GET /x", answer(429, {{"retry-after", "600"}}));
  f.github.answer("GET /x", answer(200));
  try {
    f.get();
    FAIL("no error");
  } catch (const Error& error) {
    CHECK(error.kind() == ErrorKind::unavailable);
    CHECK(std::string(error.what()).find("600 s") != std::string::npos);
  }
  CHECK_THROWS_AS(f.get(), Error);
  CHECK(f.github.requests.size() == 1);
  f.clock.pass(seconds(600));
  CHECK(f.get().status == 200);
}

TEST_CASE("a clock that is set back closes no quota for longer than GitHub does", "[rate_limit]") {
  Fixture f;
  for (int i = 0; i < 5; ++i) {
    f.github.answer("POST /x", answer(201));
    CHECK(f.post().status == 201);
  }
  f.github.answer("GET /x", answer(429, {{"retry-after", "600"}}));
  CHECK_THROWS_AS(f.get(), Error);
  f.github.answer("GET /x", answer(200));
  const auto limited = dynamic_cast<LimitedTransport*>(f.limited.get());
  REQUIRE(limited != nullptr);
  CHECK(limited->closed_for(1) == seconds(600));
  f.clock.pass(-std::chrono::hours(24));
  CHECK(limited->closed_for(1) == milliseconds(0));
  CHECK(f.get().status == 200);
  f.github.answer("POST /x", answer(201));
  CHECK(f.post().status == 201);
}

TEST_CASE("one installation's limit does not stop another", "[rate_limit]") {
  Fixture f;
  f.github.answer(
      "GET /x", answer(200, {{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1800003000"}}));
  f.github.answer("GET /x", answer(200));
  CHECK(f.get(1).status == 200);
  CHECK_THROWS_AS(f.get(1), Error); // used up: not even asked
  CHECK(f.get(2).status == 200);
  CHECK(f.github.requests.size() == 2);
}

TEST_CASE("5xx and network failures are repeated where twice is as good as once", "[rate_limit]") {
  Fixture f;
  SECTION("reads") {
    f.github.answer("GET /x", answer(502));
    f.github.answer("GET /x", answer(0));
    f.github.answer("GET /x", answer(200));
    CHECK(f.get().status == 200);
  }
  SECTION("edits") {
    f.github.answer("POST /x", answer(503));
    f.github.answer("POST /x", answer(200));
    CHECK(f.post(true).status == 200);
  }
  SECTION("not what would post twice") {
    f.github.answer("POST /x", answer(502));
    f.github.answer("POST /x", answer(200));
    CHECK(f.post().status == 502);
    f.github.answer("POST /x", answer(0));
    CHECK(f.post().status == 200);
    CHECK_THROWS_AS(f.post(), Error);
  }
  SECTION("three times at most") {
    for (int i = 0; i < 4; ++i) {
      f.github.answer("GET /x", answer(500));
    }
    CHECK(f.get().status == 500);
    CHECK(f.github.requests.size() == 3);
  }
}

TEST_CASE("many writes are spaced a second apart", "[rate_limit]") {
  Fixture f;
  for (int i = 0; i < 15; ++i) {
    f.github.answer("POST /x", answer(200));
  }
  for (int i = 0; i < 5; ++i) {
    f.post();
  }
  CHECK(f.clock.slept == milliseconds(0));
  for (int i = 0; i < 10; ++i) {
    f.post();
  }
  CHECK(f.clock.slept == seconds(10));
}

TEST_CASE("writes that are not sent while the quota is closed put off no later ones",
          "[rate_limit]") {
  Fixture f;
  f.github.answer("POST /x", answer(403, {{"retry-after", "600"}}));
  CHECK_THROWS_AS(f.post(), Error); // closes the quota for longer than a request may wait
  for (int i = 0; i < 500; ++i) {
    CHECK_THROWS_AS(f.post(), Error);
  }
  f.clock.sleep_for(seconds(600));
  f.clock.slept = milliseconds(0);
  f.github.answer("POST /x", answer(200));
  f.post();
  CHECK(f.clock.slept == milliseconds(0));
}

TEST_CASE("the tokens of many installations are not spaced", "[rate_limit]") {
  Fixture f;
  for (int i = 0; i < 20; ++i) {
    f.github.answer("POST /x", answer(201));
    f.post(true, 0);
  }
  CHECK(f.clock.slept == milliseconds(0));
}

TEST_CASE("writes of an installation go one at a time", "[rate_limit]") {
  class Watching final : public HttpTransport {
  public:
    HttpResponse send(const HttpRequest&) override {
      const int inside = ++m_inside;
      most = std::max<int>(most, inside);
      std::this_thread::sleep_for(milliseconds(2));
      --m_inside;
      return json_response(200, nlohmann::json::object());
    }
    std::atomic<int> most = 0;

  private:
    std::atomic<int> m_inside = 0;
  };
  class RunningClock final : public Clock {
  public:
    std::chrono::system_clock::time_point now() const override { return {}; }
    void sleep_for(milliseconds) override {}
  };
  Watching github;
  RunningClock clock;
  spdlog::logger logger{"test", std::make_shared<spdlog::sinks::null_sink_mt>()};
  const auto limited = make_rate_limited(github, clock, logger);
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      HttpRequest request;
      request.method = "POST";
      request.installation_id = 1;
      limited->send(request);
    });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(github.most == 1);
}
