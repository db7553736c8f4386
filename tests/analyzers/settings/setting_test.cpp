#include "analyzers/settings/setting.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("a key path is joined with dots and its shape forgets list places but not names",
          "[setting]") {
  const KeyPath path{{"spec", "containers[web]", "ports[0]", "containerPort"}};
  CHECK(path.text() == "spec.containers[web].ports[0].containerPort");
  CHECK(path.shape() == "spec.containers[web].ports[].containerPort");
  CHECK(path.leaf() == "containerPort");
  CHECK(KeyPath{{"args[3]"}}.leaf() == "args");
  CHECK(KeyPath{}.leaf().empty());
}
