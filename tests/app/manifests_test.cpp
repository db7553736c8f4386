#include "app/config/server_config.hpp"
#include "app/git/cache.hpp"
#include "app/jobs/worker_name.hpp"
#include "app/serve.hpp"
#include "app/web/http_server.hpp"

#include <catch2/catch.hpp>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
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

// What has containers, at whatever depth: pods of deployments as well as of jobs by the clock.
void find_pods(const YAML::Node& node, std::vector<YAML::Node>& found) {
  if (node.IsMap() && node["containers"]) {
    found.push_back(node);
  }
  for (const auto& each : node) {
    find_pods(node.IsMap() ? each.second : each, found);
  }
}

std::vector<YAML::Node> all_pods() {
  std::vector<YAML::Node> found;
  for (const auto& file : std::filesystem::directory_iterator(k_root / "manifests/kubernetes")) {
    for (const YAML::Node& document : YAML::LoadAllFromFile(file.path().string())) {
      find_pods(document, found);
    }
  }
  return found;
}

using Settings = std::map<std::string, std::string>;

// Of a section of the unit; a key that stands more than once has its values in lines.
Settings of_unit(const std::string& section) {
  Settings settings;
  std::istringstream lines(content_of("manifests/systemd/leadline.service"));
  bool here = false;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    if (line.rfind('[', 0) == 0) {
      here = line == section;
    } else if (here && line.rfind('#', 0) != 0 && equals != std::string::npos) {
      std::string& value = settings[line.substr(0, equals)];
      value += (value.empty() ? "" : "\n") + line.substr(equals + 1);
    }
  }
  return settings;
}

// Each of them grants, or takes away, nothing: which program, with which variables, until when.
const std::set<std::string> k_no_rights = {
    "Environment", "EnvironmentFile", "ExecStart", "LimitNOFILE",    "LoadCredential", "MemoryMax",
    "Restart",     "RestartSec",      "TasksMax",  "StateDirectory", "TimeoutStopSec"};

// Names as of systemd.exec(5).
const Settings k_rights = {{"AmbientCapabilities", ""},
                           {"CapabilityBoundingSet", ""},
                           {"DynamicUser", "yes"},
                           {"LockPersonality", "yes"},
                           {"MemoryDenyWriteExecute", "yes"},
                           {"NoNewPrivileges", "yes"},
                           {"PrivateDevices", "yes"},
                           {"PrivateIPC", "yes"},
                           {"PrivateTmp", "yes"},
                           {"PrivateUsers", "yes"},
                           {"ProcSubset", "pid"},
                           {"ProtectClock", "yes"},
                           {"ProtectControlGroups", "yes"},
                           {"ProtectHome", "yes"},
                           {"ProtectHostname", "yes"},
                           {"ProtectKernelLogs", "yes"},
                           {"ProtectKernelModules", "yes"},
                           {"ProtectKernelTunables", "yes"},
                           {"ProtectProc", "invisible"},
                           {"ProtectSystem", "strict"},
                           {"RemoveIPC", "yes"},
                           {"RestrictAddressFamilies", "AF_INET AF_INET6 AF_UNIX"},
                           {"RestrictNamespaces", "yes"},
                           {"RestrictRealtime", "yes"},
                           {"RestrictSUIDSGID", "yes"},
                           {"SecureBits", "noroot-locked"},
                           {"StateDirectoryMode", "0700"},
                           {"SystemCallArchitectures", "native"},
                           {"SystemCallErrorNumber", "EPERM"},
                           {"SystemCallFilter", "@system-service\n~@privileged @resources"},
                           {"UMask", "0077"}};

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

// What the program may take with so many jobs at a time; of a receiver twice what it should.
std::size_t memory_for(std::size_t workers) {
  const ServerConfig config;
  const std::size_t intake = 2 * config.intake_memory_bytes + (128UL << 20U);
  return workers * config.job_memory_bytes + 2 * intake;
}

// What so many jobs at a time may take of the disk, beside the clones that are kept: each fetch its
// answer, and the pack that is made of it before the answer goes.
std::uint64_t disk_for(std::size_t workers, std::uint64_t cache_bytes) {
  return cache_bytes + workers * 2 * GitFetchOptions().max_bytes;
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
    REQUIRE(container["ports"].size() == 2);
    CHECK(container["ports"][0]["containerPort"].as<int>() == port);
    const YAML::Node annotations = pod["metadata"]["annotations"];
    const auto metrics_port = annotations["prometheus.io/port"].as<int>();
    CHECK(metrics_port != port);
    CHECK(container["ports"][1]["containerPort"].as<int>() == metrics_port);
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

    const std::string known =
        content_of("app/config/server_config.cpp") + content_of("app/config/private_key.cpp");
    std::map<std::string, std::string> environment;
    for (const YAML::Node& variable : container["env"]) {
      const auto name = variable["name"].as<std::string>();
      CAPTURE(name);
      CHECK(known.find('"' + name + '"') != std::string::npos);
      environment[name] = variable["value"] ? variable["value"].as<std::string>() : "";
    }
    CHECK(environment["LEADLINE_METRICS_PORT"] == std::to_string(metrics_port));
    CHECK(environment["LEADLINE_METRICS_HOST"] == "0.0.0.0");
    CHECK(pod["spec"]["terminationGracePeriodSeconds"].as<int>() >=
          time_to_stop(std::chrono::seconds(std::stoi(environment["LEADLINE_DRAIN_SECONDS"])))
              .count());
    const std::string folder = container["volumeMounts"][0]["mountPath"].as<std::string>() + "/";
    CHECK(environment["PRIVATE_KEY_PATH"].rfind(folder, 0) == 0);
    CHECK(container["volumeMounts"][1]["mountPath"].as<std::string>() ==
          environment["LEADLINE_DATA"]);

    const std::size_t memory =
        bytes_of(container["resources"]["limits"]["memory"].as<std::string>());
    const std::size_t workers = role == "worker" ? std::stoul(environment["LEADLINE_WORKERS"]) : 0;
    CHECK(memory >= memory_for(workers));

    // A pod that takes more is evicted, whatever the disk has free
    // (https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#local-ephemeral-storage).
    REQUIRE(pod["spec"]["volumes"][1]["name"].as<std::string>() == "data");
    const std::size_t disk =
        bytes_of(pod["spec"]["volumes"][1]["emptyDir"]["sizeLimit"].as<std::string>());
    const std::string cache = environment["LEADLINE_GIT_CACHE_MB"];
    if (role == "worker") {
      CHECK(disk >= disk_for(workers, cache.empty() ? ServerConfig().git_cache_bytes
                                                    : std::stoull(cache) << 20U));
    } else {
      CHECK(disk <= 1UL << 30U); // it has no clones
    }
  }
}

// The restricted level of https://kubernetes.io/docs/concepts/security/pod-security-standards/, and
// a root that cannot be written.
TEST_CASE("no container of any manifest has rights", "[manifests]") {
  const std::vector<YAML::Node> pods = all_pods();
  REQUIRE(pods.size() >= 2);
  for (const YAML::Node& pod : pods) {
    CHECK_FALSE(pod["automountServiceAccountToken"].as<bool>());
    for (const char* shared : {"hostNetwork", "hostPID", "hostIPC"}) {
      CHECK_FALSE(pod[shared]);
    }
    for (const YAML::Node& volume : pod["volumes"]) {
      CHECK((volume["secret"] || volume["emptyDir"]));
    }
    const YAML::Node rights = pod["securityContext"];
    CHECK(rights["runAsNonRoot"].as<bool>());
    CHECK(rights["runAsUser"].as<int>() > 0);
    CHECK(rights["runAsGroup"].as<int>() > 0);
    CHECK(rights["seccompProfile"]["type"].as<std::string>() == "RuntimeDefault");
    for (const char* kind : {"containers", "initContainers", "ephemeralContainers"}) {
      for (const YAML::Node& container : pod[kind]) {
        CAPTURE(kind, container["name"].as<std::string>());
        const YAML::Node own = container["securityContext"];
        CHECK(own.size() == 3); // nothing of the pod's is taken back here
        CHECK_FALSE(own["allowPrivilegeEscalation"].as<bool>());
        CHECK(own["readOnlyRootFilesystem"].as<bool>());
        CHECK(own["capabilities"].size() == 1);
        CHECK(own["capabilities"]["drop"].as<std::vector<std::string>>() ==
              std::vector<std::string>{"ALL"});
      }
    }
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
  REQUIRE(spec["ingress"].size() == 2);
  for (const YAML::Node& rule : spec["ingress"]) {
    REQUIRE(rule["ports"].size() == 1);
    const auto name = rule["ports"][0]["port"].as<std::string>();
    CAPTURE(name);
    CHECK((name == "http" || (name == "metrics" && rule["from"].size() == 1)));
    for (const YAML::Node& deployment : kubernetes("Deployment")) {
      const YAML::Node ports = deployment["spec"]["template"]["spec"]["containers"][0]["ports"];
      CHECK(std::any_of(ports.begin(), ports.end(), [&](const YAML::Node& each) {
        return each["name"].as<std::string>() == name;
      }));
    }
  }
  CHECK(spec["policyTypes"].size() == 2);
}

TEST_CASE("the service of systemd is given what the program needs", "[manifests]") {
  Settings settings = of_unit("[Service]");
  CHECK(std::stoi(settings["TimeoutStopSec"]) >= time_to_stop(ServerConfig().drain_time).count());
  CHECK(std::stoul(settings["LimitNOFILE"]) >= 2 * HttpLimits().max_connections);
  CHECK(std::stoul(settings["TasksMax"]) >= HttpLimits().threads + 2 * 16); // workers, and the rest
  const std::string workers = "LEADLINE_WORKERS=";
  const std::size_t at = settings["Environment"].find(workers);
  REQUIRE(at != std::string::npos);
  const std::string memory = settings["MemoryMax"] + "i";
  CHECK(bytes_of(memory) >=
        memory_for(std::stoul(settings["Environment"].substr(at + workers.size()))));
  CHECK(of_unit("[Unit]")["After"].find("time-sync.target") != std::string::npos);
  // What hides the boot of the machine, which tells its jobs from another one's, has it told.
  CHECK(settings["ProcSubset"] == "pid");
  CHECK((settings["Environment"] + "\n").find(std::string(k_boot_variable) + "=%b\n") !=
        std::string::npos);
  CHECK(settings["Environment"].find(
            "LEADLINE_METRICS_HOST=127.0.0.1 LEADLINE_METRICS_PORT=9464") != std::string::npos);
}

TEST_CASE("the service of systemd has no rights, and its system calls are filtered",
          "[manifests]") {
  Settings rights = of_unit("[Service]");
  CHECK(rights["ExecStart"] == "/usr/bin/leadline serve"); // "+" before it would lift all of them
  for (const std::string& name : k_no_rights) {
    CAPTURE(name);
    CHECK(rights.erase(name) == 1);
  }
  CHECK(rights == k_rights);
}

TEST_CASE("the image is built from what is listed and runs as the pods run it", "[manifests]") {
  std::map<std::string, std::vector<std::string>> steps; // by instruction, without comments
  std::istringstream lines(content_of("manifests/container/Dockerfile"));
  std::string step;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty() || line.front() == '#') {
      continue;
    }
    step += line;
    if (step.back() == '\\') {
      step.pop_back();
      continue;
    }
    const std::size_t space = step.find(' ');
    steps[step.substr(0, space)].push_back(step.substr(space + 1));
    step.clear();
  }
  // Both from one base, which a digest may take the place of.
  CHECK(steps["FROM"] == std::vector<std::string>{"${BASE} AS build", "${BASE}"});
  CHECK(steps["ARG"] == std::vector<std::string>{"BASE=debian:12-slim"});
  REQUIRE(steps["RUN"].size() == 3);
  CHECK(steps["RUN"][0] == "scripts/setup build");
  CHECK(steps["RUN"][1].find("cmake --preset release ") == 0);
  CHECK(steps["RUN"][2].find("scripts/setup run ") != std::string::npos);
  for (const char* section : {"[build]", "[run]"}) {
    CHECK(content_of("scripts/packages.txt").find(section) != std::string::npos);
  }
  CHECK(steps["ENTRYPOINT"] == std::vector<std::string>{R"(["/usr/bin/leadline"])"});
  CHECK(steps["CMD"] == std::vector<std::string>{R"(["serve"])"});
  CHECK(
      content_of("manifests/systemd/leadline.service").find("ExecStart=/usr/bin/leadline serve") !=
      std::string::npos);
  REQUIRE(steps["USER"].size() == 1);
  REQUIRE(steps["ENV"].size() == 1);
  for (const YAML::Node& deployment : kubernetes("Deployment")) {
    const YAML::Node pod = deployment["spec"]["template"]["spec"];
    const YAML::Node rights = pod["securityContext"];
    const std::string user =
        rights["runAsUser"].as<std::string>() + ":" + rights["runAsGroup"].as<std::string>();
    CHECK(steps["USER"][0] == user);
    CHECK(steps["RUN"][2].find("-o 65532 -g 65532") != std::string::npos);
    CHECK(user == "65532:65532");
    std::string ports;
    for (const YAML::Node& port : pod["containers"][0]["ports"]) {
      ports += (ports.empty() ? "" : " ") + port["containerPort"].as<std::string>();
    }
    CHECK(steps["EXPOSE"] == std::vector<std::string>{ports});
    for (const YAML::Node& variable : pod["containers"][0]["env"]) {
      const auto name = variable["name"].as<std::string>();
      if (name == "HOST" || name == "LEADLINE_DATA" || name == "LOG_FORMAT") {
        CHECK((" " + steps["ENV"][0] + " ")
                  .find(" " + name + "=" + variable["value"].as<std::string>() + " ") !=
              std::string::npos);
      }
    }
    CHECK(steps["VOLUME"] ==
          std::vector<std::string>{
              pod["containers"][0]["volumeMounts"][1]["mountPath"].as<std::string>()});
  }
}
