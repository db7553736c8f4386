#include "analyzers/settings/code/read_code.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("formats that are no code yield nothing", "[read_code]") {
  CHECK(read_code(Format::yaml, "a.yaml", "a: 1\n", {}).empty());
}
