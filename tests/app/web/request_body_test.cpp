#include "app/web/request_body.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("a body is charged for the memory that it takes, and not for what is promised", "[web]") {
  constexpr std::size_t k_declared = 25'000'000;
  BodyMemory memory(1'000'000);
  RequestBody body(memory);
  CHECK(body.append(std::string(1000, 'x'), k_declared));
  CHECK(body.charged() == 1000);
  CHECK(body.append("y", k_declared));
  CHECK(body.charged() == 2000); // it grows by doubling
  {
    RequestBody other(memory);
    CHECK_FALSE(other.append(std::string(999'000, 'x'), k_declared));
    CHECK(other.charged() == 0);
    CHECK(other.append(std::string(998'000, 'x'), k_declared));
    CHECK_FALSE(body.append(std::string(1000, 'x'), k_declared));
    CHECK(body.size() == 1001); // nothing has changed
    CHECK(body.append(std::string(999, 'x'), k_declared));
    const std::string bytes = other.take();
    CHECK(bytes.size() == 998'000);
    CHECK(other.charged() == 998'000); // somebody has them
  }
  CHECK(body.append(std::string(900'000, 'x'), k_declared));
  body.clear();
  CHECK(memory.take(1'000'000));
  CHECK_FALSE(memory.take(1));
}

TEST_CASE("a body never takes more than it is declared to have", "[web]") {
  BodyMemory memory(1'000'000);
  RequestBody body(memory);
  CHECK(body.append(std::string(600, 'x'), 1000));
  CHECK(body.append(std::string(400, 'x'), 1000));
  CHECK(body.charged() == 1000);
}
