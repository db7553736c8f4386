#include "app/config/server_config.hpp"
#include "app/serve.hpp"
#include "app/web/http_server.hpp"

#include <catch2/catch.hpp>
#include <yaml-cpp/yaml.h>

#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

using namespace leadline;

namespace {

const std::filesystem::path k_root = LEADLINE_SOURCE_DIR;

std::string content_of(const char* path) {
  std::ostringstream text;
  text << std::ifstream(k_root / path).rdbuf();
  REQUIRE_FALSE(text.str().empty());
  return text.str();
}

std::vector<YAML::Node> kubernetes(const std::string& kind) {
  std::vector<YAML::Node> found;
  for (const YAML::Node& document :
       YAML::LoadAll(content_of("manifests/kubernetes/leadline.yaml"))) {
    if (document["kind"].as<std::string>() == kind) {
      found.push_back(document);
    }
  }
  return found;
}

// "512Mi", "6Gi"
std::size_t bytes_of(const std::string& quantity) {
  std::size_t end = 0;
  const std::size_t number = std::stoul(quantity, &end);
  const std::string unit = quantity.substr(end);
  REQUIRE((unit == "Mi" || unit == "Gi"));
  return number << (unit == "Mi" ? 20U : 30U);
}

// Of a stop: until the last job is handed back.
std::chrono::seconds time_to_stop(std::chrono::seconds drain) {
  return drain + std::chrono::ceil<std::chrono::seconds>(HttpLimits().request_time) +
         k_stop_deadline;
}

} // namespace

TEST_CASE("the pods are given what the program needs, and no more", "[manifests]") {
  const std::vector<YAML::Node> deployments = kubernetes("Deployment");
  REQUIRE(deployments.size() == 2);
  for (const YAML::Node& deployment : deployments) {
    const YAML::Node pod = deployment["spec"]["template"];
    const YAML::Node container = pod["spec"]["containers"][0];
    const auto role = container["args"][2].as<std::string>();
    CAPTURE(role);
    CHECK(container["args"][0].as<std::string>() == "serve");
    CHECK(container["args"][1].as<std::string>() == "--role");
    CHECK(parse_server_role(role));

    const int port = ServerConfig().port;
    REQUIRE(container["ports"].size() == 1);
    CHECK(container["ports"][0]["containerPort"].as<int>() == port);
    const YAML::Node annotations = pod["metadata"]["annotations"];
    CHECK(annotations["prometheus.io/port"].as<int>() == port);
    CHECK(annotations["prometheus.io/path"].as<std::string>() == "/metrics");
    const std::map<std::string, std::string> probes = {
        {"startupProbe", "/healthz"}, {"livenessProbe", "/healthz"}, {"readinessProbe", "/readyz"}};
    for (const auto& [probe, path] : probes) {
      CAPTURE(probe);
      CHECK(container[probe]["httpGet"]["path"].as<std::string>() == path);
      CHECK(container[probe]["httpGet"]["port"].as<std::string>() ==
            container["ports"][0]["name"].as<std::string>());
      CHECK(container[probe]["timeoutSeconds"].as<int>() >= 5); // the default of 1 s is a busy disk
    }

    const std::string known = content_of("app/config/server_config.cpp");
    std::map<std::string, std::string> environment;
    for (const YAML::Node& variable : container["env"]) {
      const auto name = variable["name"].as<std::string>();
      CAPTURE(name);
      CHECK(known.find('"' + name + '"') != std::string::npos);
      environment[name] = variable["value"] ? variable["value"].as<std::string>() : "";
    }
    CHECK(pod["spec"]["terminationGracePeriodSeconds"].as<int>() >=
          time_to_stop(std::chrono::seconds(std::stoi(environment["LEADLINE_DRAIN_SECONDS"])))
              .count());
    const std::string folder = container["volumeMounts"][0]["mountPath"].as<std::string>() + "/";
    CHECK(environment["PRIVATE_KEY_PATH"].rfind(folder, 0) == 0);
    CHECK(container["volumeMounts"][1]["mountPath"].as<std::string>() ==
          environment["LEADLINE_DATA"]);

    const std::size_t memory =
        bytes_of(container["resources"]["limits"]["memory"].as<std::string>());
    const ServerConfig config;
    const std::size_t intake = 2 * config.intake_memory_bytes + (128UL << 20U);
    CHECK(memory >= (role == "worker" ? 4 * config.job_memory_bytes : 2 * intake));

    for (const YAML::Node& rights : {container["securityContext"]}) {
      CHECK_FALSE(rights["allowPrivilegeEscalation"].as<bool>());
      CHECK(rights["readOnlyRootFilesystem"].as<bool>());
      CHECK(rights["capabilities"]["drop"][0].as<std::string>() == "ALL");
    }
    CHECK(pod["spec"]["securityContext"]["runAsNonRoot"].as<bool>());
    CHECK(pod["spec"]["securityContext"]["seccompProfile"]["type"].as<std::string>() ==
          "RuntimeDefault");
    CHECK_FALSE(pod["spec"]["automountServiceAccountToken"].as<bool>());
  }
}

TEST_CASE("nobody reaches the pods but by their port", "[manifests]") {
  const std::vector<YAML::Node> policies = kubernetes("NetworkPolicy");
  REQUIRE(policies.size() == 1);
  const YAML::Node spec = policies[0]["spec"];
  const YAML::Node selected = spec["podSelector"]["matchLabels"];
  for (const YAML::Node& deployment : kubernetes("Deployment")) {
    const YAML::Node labels = deployment["spec"]["template"]["metadata"]["labels"];
    for (const auto& label : selected) {
      CHECK(labels[label.first.as<std::string>()].as<std::string>() ==
            label.second.as<std::string>());
    }
  }
  REQUIRE(spec["ingress"].size() == 1);
  REQUIRE(spec["ingress"][0]["ports"].size() == 1);
  CHECK(spec["ingress"][0]["ports"][0]["port"].as<std::string>() == "http");
  CHECK(spec["policyTypes"].size() == 2);
}

TEST_CASE("the service of systemd is given what the program needs", "[manifests]") {
  std::map<std::string, std::string> settings;
  std::istringstream lines(content_of("manifests/systemd/leadline.service"));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    if (line.rfind('#', 0) != 0 && equals != std::string::npos) {
      settings[line.substr(0, equals)] = line.substr(equals + 1);
    }
  }
  CHECK(std::stoi(settings["TimeoutStopSec"]) >= time_to_stop(ServerConfig().drain_time).count());
  CHECK(std::stoul(settings["LimitNOFILE"]) >= 2 * HttpLimits().max_connections);
  CHECK(std::stoul(settings["TasksMax"]) >= HttpLimits().threads + 2 * 16); // workers, and the rest
  CHECK(settings["DynamicUser"] == "yes");
  CHECK(settings["ProtectSystem"] == "strict");
  CHECK(settings["NoNewPrivileges"] == "yes");
}
