#include "base/error.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("context is put in front of an error and its kind is kept", "[error]") {
  const Error inner(ErrorKind::not_found, "no commit \"abc\"");
  const Error outer = inner.while_doing("reading the head");
  CHECK(std::string(outer.what()) == "reading the head: no commit \"abc\"");
  CHECK(outer.kind() == ErrorKind::not_found);
}
