#include "webhooks/signature.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using namespace leadline::webhooks;

// The example of
// https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation
TEST_CASE("a signature agrees with GitHub's published example", "[signature]") {
  CHECK(sign(Secret("It's a Secret to Everybody"), "Hello, World!") ==
        "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17");
}

TEST_CASE("a signature matches under any secret of the list and never under an empty one",
          "[signature]") {
  const Secret old_secret("old");
  const Secret new_secret("new");
  const std::string header = sign(old_secret, "body");
  CHECK(signature_matches({new_secret, old_secret}, "body", header));
  CHECK_FALSE(signature_matches({new_secret}, "body", header));
  CHECK_FALSE(signature_matches({old_secret}, "Body", header));
  CHECK_FALSE(signature_matches({old_secret}, "body", ""));
  CHECK_FALSE(signature_matches({old_secret}, "body", header.substr(0, header.size() - 1)));
  CHECK_FALSE(signature_matches({}, "body", header));
  CHECK_FALSE(signature_matches({Secret()}, "body", sign(Secret(), "body")));
}
