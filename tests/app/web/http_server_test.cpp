#include "app/web/http_server.hpp"

#include "base/error.hpp"
#include "tests/app/web/raw_client.hpp"

#include <catch2/catch.hpp>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <sstream>
#include <thread>

using namespace leadline;
using namespace std::chrono_literals;
using leadline::tests::RawClient;

namespace {

struct Bench {
  std::ostringstream log;
  spdlog::logger logger{"test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log)};
  HttpOptions options;
  std::atomic<int> calls = 0;
  std::atomic<bool> held = false; // what answers waits for it
  std::atomic<int> cut_slow = 0;
  std::unique_ptr<HttpServer> server;

  int start() {
    WebRoute echo;
    echo.method = "POST";
    echo.path = "/echo.me";
    echo.max_body_bytes = 1000;
    echo.handler = [this](const WebRequest& request) {
      ++calls;
      if (request.body == "throw") {
        throw std::runtime_error("secret detail");
      }
      while (held) {
        std::this_thread::sleep_for(1ms);
      }
      if (request.body == "wait") {
        std::this_thread::sleep_for(300ms);
      }
      WebResponse response;
      response.status = 202;
      response.body = request.header("x-name") + request.body;
      return response;
    };
    WebRoute status;
    status.method = "GET";
    status.path = "/status";
    status.handler = [](const WebRequest&) {
      WebResponse response;
      response.body = "fine\n";
      return response;
    };
    options.cut = [this](HttpCut why) { cut_slow += why == HttpCut::slow ? 1 : 0; };
    WebRoute alive = status;
    alive.path = "/alive";
    alive.at_once = true;
    server = HttpServer::create(options, {echo, status, alive}, logger);
    server->start();
    return server->port();
  }
};

std::string post(const std::string& headers, const std::string& body) {
  return "POST /echo.me HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}

std::string sized_post(const std::string& body) {
  return post("Content-Length: " + std::to_string(body.size()) + "\r\n", body);
}

} // namespace

TEST_CASE("requests are answered with plain and safe headers", "[web]") {
  Bench bench;
  RawClient client(bench.start());
  client.send(post("X-Name: n-\r\nContent-Length: 4\r\n", "body"));
  const std::string answer = client.receive_answer();
  CHECK(answer.find("HTTP/1.1 202") == 0);
  CHECK(answer.find("\r\n\r\nn-body") != std::string::npos);
  CHECK(answer.find("X-Content-Type-Options: nosniff") != std::string::npos);
  CHECK(answer.find("Cache-Control: no-store") != std::string::npos);
  CHECK(answer.find("Server:") == std::string::npos);
  CHECK(answer.find("httplib") == std::string::npos);

  // The connection carries the next request, and several that were sent at once.
  client.send("GET /status HTTP/1.1\r\nHost: x\r\n\r\nHEAD /status HTTP/1.1\r\nHost: x\r\n\r\n" +
              sized_post("x"));
  CHECK(client.receive_answer().find("fine") != std::string::npos);
  CHECK(client.receive_answer("HEAD").find("HTTP/1.1 200") == 0);
  CHECK(client.receive_answer().find("HTTP/1.1 202") == 0);
}

TEST_CASE("what is not served is refused by its headers", "[web]") {
  struct Row {
    const char* what;
    std::string request;
    const char* expected;
  };
  const std::vector<Row> rows = {
      {"path", "GET /other HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404"},
      {"path that the pattern would match if it were one",
       "POST /echoXme HTTP/1.1\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 404"},
      {"traversal", "GET /status/../../etc/passwd HTTP/1.1\r\n\r\n", "HTTP/1.1 404"},
      {"method", "GET /echo.me HTTP/1.1\r\n\r\n", "HTTP/1.1 405"},
      {"other method", "DELETE /status HTTP/1.1\r\n\r\n", "HTTP/1.1 405"},
      {"no length", "POST /echo.me HTTP/1.1\r\n\r\n", "HTTP/1.1 411"},
      {"two lengths", post("Content-Length: 1\r\nContent-Length: 2\r\n", "xx"), "HTTP/1.1 400"},
      {"length and chunks",
       post("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"), "HTTP/1.1 400"},
      {"other coding", post("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), "HTTP/1.1 400"},
      {"length that is no number", post("Content-Length: -1\r\n", "x"), "HTTP/1.1 400"},
      {"compressed, before its body",
       post("content-ENCODING: gzip\r\nContent-Length: 1000\r\n", ""), "HTTP/1.1 415"},
      {"no HTTP", "hello\r\n\r\n", "HTTP/1.1 400"},
  };
  Bench bench;
  const int port = bench.start();
  for (const Row& row : rows) {
    CAPTURE(row.what);
    RawClient client(port);
    client.send(row.request);
    CHECK(client.receive_answer().find(row.expected) == 0);
  }
  CHECK(bench.calls == 0);
}

TEST_CASE("a request whose end can be read in two ways is refused and ends the connection",
          "[web]") {
  struct Row {
    const char* headers;
    const char* expected;
  };
  const std::vector<Row> rows = {
      {"Content-Length: +36\r\n", "400"},
      {"Content-Length: 0x24\r\n", "400"},
      {"Content-Length: 36,36\r\n", "400"},
      {"Content-Length: -1\r\n", "400"},
      {"Content-Length: 36 x\r\n", "400"},
      {"Content-Length: 3 6\r\n", "400"},
      {"Content-Length: \r\n", "400"},
      {"Content-Length: 99999999999999999999\r\n", "400"},
      {"Content-Length: 36\r\nContent-Length: 36\r\n", "400"},
      {"Content-Length: 36\r\nTransfer-Encoding: chunked\r\n", "400"},
      {"Content-Length : 36\r\n", "400"},
      {" Content-Length: 36\r\n", "400"},
      {"Transfer-Encoding : chunked\r\n", "400"},
      {"Transfer-Encoding: chunked, identity\r\n", "400"},
      {"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "400"},
      {"Transfer-Encoding: xchunked\r\n", "400"},
      {"Transfer-Encoding: \x0b"
       "chunked\r\n",
       "400"},
      {"X: a\r\n Content-Length: 36\r\n", "400"},
      {"X: a\nContent-Length: 36\r\n", "400"},
      {"X: a\rContent-Length: 36\r\n", "400"},
      {"no colon\r\n", "400"},
      {"X: y\r\n", "411"},
      {"Transfer-Encoding: chunked\r\n", "411"},
  };
  Bench bench;
  const int port = bench.start();
  const std::string smuggled = "GET /status HTTP/1.1\r\nHost: xxxx\r\n\r\n";
  REQUIRE(smuggled.size() == 36);
  for (const Row& row : rows) {
    CAPTURE(row.headers);
    RawClient client(port);
    client.send(post(row.headers, smuggled));
    CHECK(client.receive_answer().substr(9, 3) == row.expected);
    CHECK(client.is_closed());
    CHECK(client.receive_answer().empty()); // and nothing was said to what came behind
  }
  // As well where the head is refused for what it asks.
  for (const char* line : {"POST /other", "DELETE /status", "GET /status"}) {
    CAPTURE(line);
    RawClient client(port);
    client.send(line);
    client.send(" HTTP/1.1\r\nContent-Length: 36\r\n\r\n" + smuggled);
    client.receive_answer();
    CHECK(client.is_closed());
    CHECK(client.receive_answer().empty());
  }
  CHECK(bench.calls == 0);
}

TEST_CASE("a body that is too large is refused by its length", "[web]") {
  Bench bench;
  const int port = bench.start();
  RawClient fits(port);
  fits.send(sized_post(std::string(1000, 'x')));
  CHECK(fits.receive_answer().find("HTTP/1.1 202") == 0);
  RawClient client(port);
  client.send(sized_post(std::string(1001, 'x')));
  CHECK(client.receive_answer().find("HTTP/1.1 413") == 0);
  CHECK(client.is_closed());
  CHECK(bench.calls == 1);
}

TEST_CASE("bodies of all requests together are bounded, and there is room again afterwards",
          "[web]") {
  Bench bench;
  bench.options.limits.max_bodies_bytes = 1500;
  const int port = bench.start();
  RawClient holding(port);
  holding.send(post("Content-Length: 1000\r\n", std::string(900, 'x')));
  CHECK_FALSE(holding.is_closed(100ms));
  // Where two have no room together the larger one goes.
  RawClient larger(port);
  larger.send(post("Content-Length: 1000\r\n", std::string(950, 'x')));
  const std::string answer = larger.receive_answer();
  CHECK(answer.find("HTTP/1.1 503") == 0);
  CHECK(answer.find("Retry-After: 5") != std::string::npos);
  CHECK(larger.is_closed());
  RawClient small(port);
  small.send(sized_post(std::string(500, 'x')));
  CHECK(small.receive_answer().find("HTTP/1.1 202") == 0);
  RawClient smaller(port);
  smaller.send(sized_post(std::string(700, 'x')));
  CHECK(smaller.receive_answer().find("HTTP/1.1 202") == 0);
  CHECK(holding.receive_answer().find("HTTP/1.1 503") == 0);
  CHECK(holding.is_closed());
  RawClient after(port);
  after.send(sized_post(std::string(1000, 'x')));
  CHECK(after.receive_answer().find("HTTP/1.1 202") == 0);
}

TEST_CASE("a body in chunks is refused before any of it is read, however it is made", "[web]") {
  const std::string data = "{\"a\":1}";
  const std::string end = "\r\n0\r\n\r\n";
  const std::string chunked = post("Transfer-Encoding: chunked\r\n", "");
  const std::vector<std::pair<const char*, std::string>> rows = {
      {"as it should be", chunked + "7\r\n" + data + end},
      {"nothing of it has come", chunked},
      {"a size with a prefix", chunked + "0x7\r\n" + data + end},
      {"a size with a sign", chunked + "+7\r\n" + data + end},
      {"a size below nothing", chunked + "-7\r\n" + data + end},
      {"a size behind a space", chunked + " 7\r\n" + data + end},
      {"a size with more behind it", chunked + "7zz\r\n" + data + end},
      {"a size beyond 64 bits", chunked + "10000000000000007\r\n" + data + end},
      {"bare line feeds", chunked + "7\n" + data + "\n0\n\n"},
      {"a long extension", chunked + "7;" + std::string(300'000, 'x') + "\r\n" + data + end},
      {"HTTP/1.0",
       "POST /echo.me HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n" + data + end},
      {"one that waits to be asked",
       post("Transfer-Encoding: chunked\r\nExpect: 100-continue\r\n", "")},
      {"where no body belongs",
       "GET /status HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n7\r\n" + data + end},
  };
  Bench bench;
  bench.options.limits.max_bodies_bytes = 0; // so that nothing of them can be kept
  const int port = bench.start();
  for (const auto& [what, request] : rows) {
    CAPTURE(what);
    RawClient client(port);
    client.send(request);
    CHECK(client.receive_answer().find("HTTP/1.1 411") == 0);
    CHECK(client.is_closed());
    CHECK(client.receive_answer().empty());
  }
  CHECK(bench.calls == 0);
}

TEST_CASE("headers are bounded", "[web]") {
  Bench bench;
  RawClient client(bench.start());
  std::string headers;
  for (int i = 0; i < 10'000; ++i) {
    headers += "X-" + std::to_string(i) + ": y\r\n";
  }
  client.send(post(headers + "Content-Length: 0\r\n", ""));
  CHECK(client.receive_answer().find("HTTP/1.1 202") == std::string::npos);
  CHECK(client.is_closed());
  CHECK(bench.calls == 0);
}

TEST_CASE("a request that trickles in is cut off at its deadline", "[web]") {
  Bench bench;
  bench.options.limits.header_time = 200ms;
  bench.options.limits.request_time = 400ms;
  const int port = bench.start();
  for (const std::string& start :
       {std::string("POST /echo.me HTTP/1.1\r\n"), post("Content-Length: 500\r\n", "")}) {
    RawClient client(port);
    client.send(start);
    const auto began = std::chrono::steady_clock::now();
    bool closed = false;
    while (!closed && std::chrono::steady_clock::now() - began < 5s) {
      client.send("X");
      closed = client.is_closed(20ms);
    }
    CHECK(closed);
    CHECK(std::chrono::steady_clock::now() - began < 4s);
  }
  CHECK(bench.cut_slow == 2);
  bench.server->stop();
  CHECK(bench.log.str().find("it took too long to arrive") != std::string::npos);
  CHECK(bench.calls == 0);
}

TEST_CASE("slow senders do not keep others out", "[web]") {
  Bench bench;
  bench.options.limits.threads = 4;
  const int port = bench.start();
  const std::string whole = sized_post(std::string(1000, 'x'));
  std::vector<std::unique_ptr<RawClient>> slow;
  for (const std::string& start : {std::string("P"), whole.substr(0, 30), whole.substr(0, 200)}) {
    for (int i = 0; i < 50; ++i) {
      slow.push_back(std::make_unique<RawClient>(port));
      slow.back()->send(start);
    }
  }
  for (int i = 0; i < 20; ++i) {
    const auto began = std::chrono::steady_clock::now();
    RawClient client(port);
    client.send("GET /status HTTP/1.1\r\nHost: x\r\n\r\n" + sized_post("me"));
    CHECK(client.receive_answer().find("HTTP/1.1 200") == 0);
    CHECK(client.receive_answer().find("HTTP/1.1 202") == 0);
    CHECK(std::chrono::steady_clock::now() - began < 4s); // before the first slow one is cut
  }
  CHECK(bench.cut_slow == 0);
}

TEST_CASE("who asks whether the server lives gets an answer while all others wait", "[web]") {
  Bench bench;
  bench.options.limits.threads = 2;
  bench.held = true;
  const int port = bench.start();
  std::vector<std::unique_ptr<RawClient>> waiting;
  for (int i = 0; i < 20; ++i) {
    waiting.push_back(std::make_unique<RawClient>(port));
    waiting.back()->send(sized_post("me"));
  }
  while (bench.calls < 2) {
    std::this_thread::sleep_for(1ms);
  }
  RawClient client(port);
  client.send("GET /alive HTTP/1.1\r\nHost: x\r\n\r\n");
  CHECK(client.receive_answer().find("HTTP/1.1 200") == 0);
  CHECK(bench.calls == 2);
  bench.held = false;
  for (const auto& each : waiting) {
    CHECK(each->receive_answer().find("HTTP/1.1 202") == 0);
  }
}

TEST_CASE("a request that takes its time is let be while there is room", "[web]") {
  Bench bench;
  bench.options.limits.threads = 2;
  const int port = bench.start();
  RawClient slow(port);
  const std::string request = sized_post("slow but honest");
  const std::size_t steps = 12;
  for (std::size_t i = 0; i < steps; ++i) {
    slow.send(request.substr(i * request.size() / steps,
                             (i + 1) * request.size() / steps - i * request.size() / steps));
    RawClient other(port);
    other.send(sized_post("quick"));
    CHECK(other.receive_answer().find("HTTP/1.1 202") == 0);
    std::this_thread::sleep_for(120ms);
  }
  CHECK(slow.receive_answer().find("slow but honest") != std::string::npos);
  CHECK(bench.cut_slow == 0);
}

TEST_CASE("who only connects does not outlast who has something to say", "[web]") {
  Bench bench;
  bench.options.limits.max_connections = 4;
  bench.options.limits.idle_time = 60s;
  bench.options.limits.header_time = 60s;
  const int port = bench.start();
  std::vector<std::unique_ptr<RawClient>> silent;
  const auto connect = [&] { silent.push_back(std::make_unique<RawClient>(port)); };
  connect();
  connect();
  connect();
  RawClient honest(port);
  honest.send(sized_post("before")); // so that it has been let in
  CHECK(honest.receive_answer().find("HTTP/1.1 202") == 0);
  honest.send("POST /echo.me HTTP/1.1\r\nX: ");
  for (std::size_t i = 0; i < 3; ++i) {
    connect();
    CHECK(silent[i]->is_closed());
  }
  honest.send("y\r\nContent-Length: 2\r\n\r\nme");
  CHECK(honest.receive_answer().find("HTTP/1.1 202") == 0);
}

TEST_CASE("where all connections are taken the slowest makes place", "[web]") {
  Bench bench;
  bench.options.limits.max_connections = 4;
  const int port = bench.start();
  std::vector<std::unique_ptr<RawClient>> slow;
  for (int i = 0; i < 4; ++i) {
    slow.push_back(std::make_unique<RawClient>(port));
    if (i > 0) { // who was answered waits from when its thread has handed it back
      slow.back()->send(sized_post("first"));
      CHECK(slow.back()->receive_answer().find("HTTP/1.1 202") == 0);
    }
    slow.back()->send("POST /echo.me HTTP/1.1\r\nX: ");
  }
  RawClient client(port);
  client.send(sized_post("me"));
  CHECK(client.receive_answer().find("HTTP/1.1 202") == 0);
  CHECK(slow[0]->is_closed());
  for (std::size_t i = 1; i < slow.size(); ++i) {
    slow[i]->send("y\r\nContent-Length: 1\r\n\r\nz");
    CHECK(slow[i]->receive_answer().find("HTTP/1.1 202") == 0);
  }
}

TEST_CASE("a sender that waits to be asked for its body is asked", "[web]") {
  Bench bench;
  RawClient client(bench.start());
  client.send(post("Content-Length: 4\r\nExpect: 100-continue\r\n", ""));
  CHECK(client.receive_answer() == "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("body");
  CHECK(client.receive_answer().find("HTTP/1.1 202") == 0);
}

TEST_CASE("an exception of a handler is a 500 that tells nothing", "[web]") {
  Bench bench;
  RawClient client(bench.start());
  client.send(sized_post("throw"));
  const std::string answer = client.receive_answer();
  CHECK(answer.find("HTTP/1.1 500") == 0);
  CHECK(answer.find("secret") == std::string::npos);
  bench.server->stop();
  CHECK(bench.log.str().find("secret detail") != std::string::npos);
}

TEST_CASE("a stop lets a request end and takes no new one", "[web]") {
  Bench bench;
  const int port = bench.start();
  RawClient idle(port);
  RawClient client(port);
  client.send(sized_post("wait"));
  while (bench.calls == 0) {
    std::this_thread::sleep_for(1ms);
  }
  const auto began = std::chrono::steady_clock::now();
  bench.server->stop();
  CHECK(std::chrono::steady_clock::now() - began < 3s);
  CHECK(client.receive_answer().find("HTTP/1.1 202") == 0);
  CHECK_THROWS(RawClient(port));
}

TEST_CASE("an address that is taken is named", "[web]") {
  Bench bench;
  HttpOptions same;
  same.port = bench.start();
  CHECK_THROWS_WITH(HttpServer::create(same, {}, bench.logger),
                    "cannot listen on 127.0.0.1 port " + std::to_string(same.port));
}
