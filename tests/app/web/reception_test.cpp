#include "app/web/reception.hpp"

#include "tests/app/web/raw_client.hpp"

#include <catch2/catch.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <map>
#include <new>
#include <stdexcept>
#include <string>
#include <vector>

using namespace leadline;
using namespace std::chrono_literals;
using leadline::tests::RawClient;

namespace {

std::string get(std::string_view path) {
  return std::string("GET ").append(path).append(" HTTP/1.1\r\n\r\n");
}

// Answers GET /fine and fails in each of the ways that the path names.
struct Bench {
  Bench() : Bench(HttpLimits()) {}
  explicit Bench(HttpLimits given)
      : limits(given), reception({limits, memory, [this](const auto& head) { return wants(head); },
                                  [this](Connection& whole) { answer(whole); },
                                  [this](HttpCut why) {
                                    ++cuts[why];
                                    throw std::runtime_error("the counter fails as well");
                                  }}) {
    listening = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(listening, reinterpret_cast<sockaddr*>(&address), size) == 0);
    REQUIRE(::listen(listening, 100) == 0);
    REQUIRE(::getsockname(listening, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    port = ::ntohs(address.sin_port);
    reception.start(listening);
  }

  static bool wants(const RequestHead& head) {
    if (head.path == "/memory") {
      throw std::bad_alloc();
    }
    if (head.path == "/error") {
      throw std::runtime_error("error");
    }
    if (head.path == "/thing") {
      throw 1; // NOLINT(hicpp-exception-baseclass): that is what is tested
    }
    return false;
  }
  void answer(Connection& whole) {
    if (whole.head.path == "/queue") {
      throw std::bad_alloc();
    }
    whole.send_at_once("HTTP/1.1 204 No Content\r\n\r\n");
    reception.give_back(whole, true);
  }
  bool answers() const {
    RawClient client(port);
    client.send(get("/fine"));
    return client.receive_answer().find("HTTP/1.1 204") == 0;
  }

  HttpLimits limits;
  BodyMemory memory{1000};
  std::map<HttpCut, int> cuts; // of the reception's thread
  int listening = -1;
  int port = 0;
  Reception reception;
};

} // namespace

TEST_CASE("what fails for one connection ends that one only", "[web]") {
  Bench bench;
  RawClient before(bench.port);
  before.send(get("/fine"));
  CHECK(before.receive_answer().find("HTTP/1.1 204") == 0);
  const std::map<std::string, HttpCut> failures = {{"/memory", HttpCut::no_memory},
                                                   {"/error", HttpCut::failed},
                                                   {"/thing", HttpCut::failed},
                                                   {"/queue", HttpCut::no_memory}};
  for (const auto& [path, why] : failures) {
    CAPTURE(path);
    for (int i = 0; i < 3; ++i) {
      RawClient client(bench.port);
      client.send(get(path));
      CHECK(client.is_closed());
    }
    // In a request that follows another one, where it is looked at in another place.
    RawClient second(bench.port);
    second.send(get("/fine") + get(path));
    CHECK(second.receive_answer().find("HTTP/1.1 204") == 0);
    CHECK(second.is_closed());
    CHECK(bench.answers());
  }
  before.send(get("/fine"));
  CHECK(before.receive_answer().find("HTTP/1.1 204") == 0);
  bench.reception.stop();
  CHECK(bench.cuts[HttpCut::no_memory] == 8);
  CHECK(bench.cuts[HttpCut::failed] == 8);
}

TEST_CASE("connections wait while the process has no descriptors, and are taken afterwards",
          "[web]") {
  const Bench bench;
  CHECK(bench.answers());
  rlimit files{};
  REQUIRE(::getrlimit(RLIMIT_NOFILE, &files) == 0);
  const int last = ::dup(bench.listening); // the lowest that is free: the client's
  const rlimit one_left{static_cast<rlim_t>(last) + 1, files.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &one_left) == 0);
  ::close(last);
  RawClient waiting(bench.port);
  waiting.send(get("/fine"));
  CHECK_FALSE(waiting.is_closed(300ms));
  REQUIRE(::setrlimit(RLIMIT_NOFILE, &files) == 0);
  CHECK(waiting.receive_answer().find("HTTP/1.1 204") == 0);
  CHECK(bench.answers());
}
