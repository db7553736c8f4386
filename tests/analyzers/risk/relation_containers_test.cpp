#include "tests/analyzers/risk/relation_cases.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::check_relations;

namespace {

const std::string k_container = "spec:\n  containers:\n    - name: web\n";

std::string resources(const std::string& request, const std::string& limit) {
  return k_container + "      resources:\n        requests:\n          memory: " + request +
         "\n        limits:\n          memory: " + limit + "\n";
}

std::string heap(const std::string& flag, const std::string& limit) {
  return k_container + "      args: [\"" + flag +
         "\"]\n      resources:\n        limits:\n          memory: " + limit + "\n";
}

std::string probes(const std::string& liveness_delay, const std::string& startup = "") {
  return k_container + "      livenessProbe:\n        initialDelaySeconds: " + liveness_delay +
         "\n        periodSeconds: 5\n        failureThreshold: 3\n" + startup +
         "      readinessProbe:\n        initialDelaySeconds: 60\n";
}

} // namespace

TEST_CASE("settings of one container that contradict each other",
          "[relations][relation_containers]") {
  check_relations({
      {"request above limit",
       {{"web.yaml", resources("1Gi", "2Gi"), resources("4Gi", "2Gi")}},
       "relation.requests_over_limits"},
      {"request at the limit",
       {{"web.yaml", resources("1Gi", "2Gi"), resources("2Gi", "2Gi")}},
       ""},
      {"it was so before", {{"web.yaml", resources("4Gi", "2Gi"), resources("5Gi", "2Gi")}}, ""},
      {"the limit went below the request",
       {{"web.yaml", resources("1500Mi", "2Gi"), resources("1500Mi", "1Gi")}},
       "relation.requests_over_limits"},
      {"a heap that no longer fits",
       {{"web.yaml", heap("-Xmx1g", "2Gi"), heap("-Xmx3g", "2Gi")}},
       "relation.heap_over_memory"},
      {"the memory around a heap goes",
       {{"web.yaml", heap("-Xmx3g", "4Gi"), heap("-Xmx3g", "2Gi")}},
       "relation.heap_over_memory"},
      {"Node counts in MB",
       {{"web.yaml", heap("--max-old-space-size=1024", "2Gi"),
         heap("--max-old-space-size=4096", "2Gi")}},
       "relation.heap_over_memory"},
      {"a heap that fits", {{"web.yaml", heap("-Xmx1g", "2Gi"), heap("-Xmx1500m", "2Gi")}}, ""},
      {"liveness gives up before the start",
       {{"web.yaml", probes("60"), probes("5")}},
       "relation.probe_before_start"},
      {"a startup probe holds it back",
       {{"web.yaml", probes("60", "      startupProbe:\n        failureThreshold: 30\n"),
         probes("5", "      startupProbe:\n        failureThreshold: 30\n")}},
       ""},
  });
}

TEST_CASE("a heap and the memory around it may stand in two files",
          "[relations][relation_containers]") {
  const auto limit = [](const std::string& memory) {
    return k_container + "      resources:\n        limits:\n          memory: " + memory + "\n";
  };
  const auto image = [](const std::string& flag) {
    return "FROM eclipse-temurin:21\nENV JAVA_OPTS=\"" + flag + "\"\n";
  };
  const auto compose = [](const std::string& memory) {
    return "services:\n  web:\n    image: web\n    mem_limit: " + memory + "\n";
  };
  check_relations({
      {"the heap of the image grows",
       {{"Dockerfile", image("-Xmx1g"), image("-Xmx3g")},
        {"deploy.yaml", limit("2Gi"), limit("2Gi")}},
       "relation.heap_over_memory"},
      {"the memory goes, in a folder beside",
       {{"shop/k8s/deployment.yaml", limit("4Gi"), limit("2Gi")},
        {"shop/docker/jvm.env", "JAVA_OPTS=-Xmx3g\n", "JAVA_OPTS=-Xmx3g\n"}},
       "relation.heap_over_memory"},
      {"both in one change, and they still fit",
       {{"Dockerfile", image("-Xmx1g"), image("-Xmx3g")},
        {"deploy.yaml", limit("2Gi"), limit("4Gi")}},
       ""},
      {"it did not fit before",
       {{"Dockerfile", image("-Xmx3g"), image("-Xmx4g")},
        {"deploy.yaml", limit("2Gi"), limit("2Gi")}},
       ""},
      {"Node, in the environment of Compose",
       {{".env", "NODE_OPTIONS=--max-old-space-size=512\n",
         "NODE_OPTIONS=--max-old-space-size=2048\n"},
        {"docker-compose.yml", compose("1g"), compose("1g")}},
       "relation.heap_over_memory"},
      {"several containers: whose heap is it?",
       {{"Dockerfile", image("-Xmx1g"), image("-Xmx3g")},
        {"a.yaml", limit("2Gi"), limit("2Gi")},
        {"b.yaml", limit("8Gi"), limit("8Gi")}},
       ""},
      {"a share that leaves nothing",
       {{"Dockerfile", image("-XX:MaxRAMPercentage=75.0"), image("-XX:MaxRAMPercentage=95.0")}},
       "relation.heap_over_memory"},
      {"a share that leaves a quarter",
       {{"Dockerfile", image("-XX:MaxRAMPercentage=50.0"), image("-XX:MaxRAMPercentage=75.0")}},
       ""},
  });
}
