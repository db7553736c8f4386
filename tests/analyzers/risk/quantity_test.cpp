#include "analyzers/risk/quantity.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("a drop from 200 to 20 is one order of magnitude down", "[quantity]") {
  const auto change = describe_change(*parse_quantity("200", ""), *parse_quantity("20", ""));
  REQUIRE(change);
  CHECK(change->direction == Direction::down);
  CHECK(change->ratio == Approx(0.1));
  CHECK(change->orders == Approx(1));
}
