#include "analyzers/settings/embedded.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("a part has its whole's lines and a longer key", "[embedded]") {
  Setting whole;
  whole.key.segments = {"url"};
  whole.first_line = whole.last_line = 3;
  Setting part = whole;
  part.key.segments.push_back("port");
  CHECK(is_part_of(part, whole));
  CHECK_FALSE(is_part_of(whole, part));
  part.first_line = 2;
  CHECK_FALSE(is_part_of(part, whole));
}
