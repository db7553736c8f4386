#include "app/web/request_head.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("a head tells what is asked and where the request ends", "[web]") {
  const auto sized =
      read_head("POST /hook?a=b HTTP/1.1\r\nHost: x\r\ncontent-LENGTH: \t27 \r\nExpect: "
                "100-Continue\r\n\r\n");
  REQUIRE(sized);
  CHECK(sized->method == "POST");
  CHECK(sized->path == "/hook");
  CHECK(sized->length == 27);
  CHECK_FALSE(sized->chunked);
  CHECK(sized->waits_for_continue);
  const auto chunked = read_head("POST / HTTP/1.1\r\nTransfer-Encoding: Chunked\r\n\r\n");
  REQUIRE(chunked);
  CHECK(chunked->chunked);
  CHECK_FALSE(chunked->length);
  CHECK(read_head("GET / HTTP/1.0\r\n\r\n"));
}

TEST_CASE("a head that is no plain HTTP/1 is none", "[web]") {
  for (const char* head :
       {"\r\n", "\r\n\r\n", "hello\r\n\r\n", "GET /\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1 \r\n\r\n", " GET / HTTP/1.1\r\n\r\n", "GET / HTTP/2.0\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\n", "G(T / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\n\r\n",
        "GET /a#b HTTP/1.1\r\n\r\n", "GET \t/ HTTP/1.1\r\n\r\n", "GET /\xc3\xa4 HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\n: x\r\n\r\n", "GET / HTTP/1.1\r\nA\x01: x\r\n\r\n",
        "GET / HTTP/1.1\r\nA: \x7f\r\n\r\n"}) {
    CAPTURE(head);
    CHECK_FALSE(read_head(head));
  }
}

TEST_CASE("a Range that is only a way to make work is refused by its length", "[web]") {
  CHECK(read_head("GET / HTTP/1.1\r\nRange: bytes=0-1023\r\n\r\n"));
  CHECK_FALSE(
      read_head("GET / HTTP/1.1\r\nrange:\tbytes=0-" + std::string(8000, '1') + "\r\n\r\n"));
}

TEST_CASE("the end of a head is found once it is there", "[web]") {
  CHECK_FALSE(end_of_head(""));
  CHECK_FALSE(end_of_head("GET / HTTP/1.1\r\n\r"));
  CHECK(end_of_head("GET / HTTP/1.1\r\n\r\nbody\r\n\r\n") == 18);
  // An end that only some would see is one, so that the head is refused at once.
  CHECK(end_of_head("GET / HTTP/1.1\n\r\n") == 17);
}
