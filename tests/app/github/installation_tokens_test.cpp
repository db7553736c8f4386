#include "app/github/installation_tokens.hpp"

#include "base/error.hpp"
#include "github_double.hpp"

#include <catch2/catch.hpp>

#include <atomic>
#include <thread>

using namespace leadline;

namespace {

class FixedJwt final : public AppJwt {
public:
  Secret issue(std::chrono::system_clock::time_point) const override { return Secret("jwt"); }
};

// Issues "token1", "token2", ... that live for an hour of the clock's time.
class Issuer final : public HttpTransport {
public:
  explicit Issuer(Clock& clock) : m_clock(clock) {}

  HttpResponse send(const HttpRequest& request) override {
    if (status != 201) {
      return json_response(status, {{"message", "refused"}});
    }
    const int number = ++issued;
    last = request;
    const std::time_t expires = std::chrono::system_clock::to_time_t(m_clock.now()) + 3600;
    char text[32];
    std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", std::gmtime(&expires));
    return json_response(201, {{"token", "token" + std::to_string(number)}, {"expires_at", text}});
  }

  int status = 201;
  std::atomic<int> issued = 0;
  HttpRequest last;

private:
  Clock& m_clock;
};

struct Fixture {
  TestClock clock;
  FixedJwt jwt;
  Issuer issuer{clock};
  InstallationTokens tokens{issuer, jwt, clock};
};

} // namespace

TEST_CASE("a token is kept until five minutes before it expires", "[installation_tokens]") {
  Fixture f;
  CHECK(f.tokens.token(1).reveal() == "token1");
  f.clock.pass(std::chrono::minutes(54));
  CHECK(f.tokens.token(1).reveal() == "token1");
  CHECK(f.tokens.token(2).reveal() == "token2");
  f.clock.pass(std::chrono::minutes(1));
  CHECK(f.tokens.token(1).reveal() == "token3");
}

TEST_CASE("a token is asked for with the app's JWT and no more permissions than are used",
          "[installation_tokens]") {
  Fixture f;
  f.tokens.token(17);
  CHECK(f.issuer.last.path == "/app/installations/17/access_tokens");
  CHECK(f.issuer.last.token.reveal() == "jwt");
  CHECK(nlohmann::json::parse(f.issuer.last.body) ==
        nlohmann::json::parse(R"({"permissions": {"checks": "write", "contents": "read",
                                  "metadata": "read", "pull_requests": "write"}})"));
}

TEST_CASE("a refused token is forgotten, its successor is not", "[installation_tokens]") {
  Fixture f;
  const Secret first = f.tokens.token(1);
  f.tokens.forget(1, first);
  const Secret second = f.tokens.token(1);
  CHECK(second.reveal() == "token2");
  f.tokens.forget(1, first); // a slower thread
  CHECK(f.tokens.token(1).reveal() == "token2");
}

TEST_CASE("many threads ask for one token", "[installation_tokens]") {
  Fixture f;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { f.tokens.token(1); });
  }
  for (std::thread& thread : threads) {
    thread.join();
  }
  CHECK(f.issuer.issued == 1);
}

TEST_CASE("why there is no token is told by the kind of the error", "[installation_tokens]") {
  const std::vector<std::pair<int, ErrorKind>> rows = {{401, ErrorKind::denied},
                                                       {403, ErrorKind::denied},
                                                       {404, ErrorKind::not_found},
                                                       {422, ErrorKind::bad_input},
                                                       {500, ErrorKind::unavailable}};
  for (const auto& [status, kind] : rows) {
    CAPTURE(status);
    Fixture f;
    f.issuer.status = status;
    try {
      f.tokens.token(5);
      FAIL("no error");
    } catch (const Error& error) {
      CHECK(error.kind() == kind);
      CHECK(std::string(error.what()).find("installation 5") != std::string::npos);
      CHECK(std::string(error.what()).find("jwt") == std::string::npos);
    }
  }
}

TEST_CASE("the installation of a repository is looked up", "[installation_tokens]") {
  ReplayingTransport github;
  TestClock clock;
  const FixedJwt jwt;
  InstallationTokens tokens(github, jwt, clock);
  github.answer("GET /repos/o/r/installation", json_response(200, {{"id", 99}}));
  CHECK(tokens.installation_of("o/r") == 99);
  CHECK_THROWS_AS(tokens.installation_of("o/r"), Error);
  for (const std::string name : {"o", "o/", "/r", "o/r/x", "../r", "o/.."}) {
    CAPTURE(name);
    CHECK_THROWS_AS(tokens.installation_of(name), Error);
  }
}
