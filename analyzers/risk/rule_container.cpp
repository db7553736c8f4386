#include "analyzers/domains/words.hpp"
#include "analyzers/risk/rules.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

namespace leadline {
namespace {

Concern reaches_machine(const Subject& s, double urgency, std::string tail) {
  Concern made;
  made.rule = "permission.widened";
  made.urgency = s.file->status == FileStatus::added ? std::min(urgency - 0.8, 1.3) : urgency;
  made.confidence = 0.85;
  made.tail = std::move(tail);
  made.effect =
      "Whoever takes over the container takes over the machine, and what else runs there.";
  made.check = "What does it need from the machine, and is there a narrower way?";
  made.restorable = s.modified();
  return made;
}

// The machine's side of "SOURCE:TARGET[:ro]", of a host path or a bind mount; "" when it is none.
std::string_view machine_side(const Subject& s, std::string_view value) {
  const std::string_view text = trim(value);
  const bool host_path =
      has_phrase(s.parents, "host path") || has_phrase(s.leaf, "host path") || s.leaf == " source ";
  const bool volume = s.leaf == " volumes " || s.leaf == " volume " || s.leaf == " v " ||
                      s.leaf == " binds " || s.leaf == " mounts ";
  if (host_path) {
    return text;
  }
  const std::size_t colon = text.find(':');
  return volume && text.starts_with('/') && colon != std::string_view::npos ? text.substr(0, colon)
                                                                            : std::string_view();
}

// Who may speak to it is root on the machine:
// https://docs.docker.com/engine/security/#docker-daemon-attack-surface.
bool is_engine_socket(std::string_view path) {
  constexpr std::array<std::string_view, 4> k_sockets = {"/docker.sock", "/containerd.sock",
                                                         "/crio.sock", "/podman.sock"};
  return path.starts_with('/') &&
         std::any_of(k_sockets.begin(), k_sockets.end(),
                     [&](std::string_view end) { return path.ends_with(end); });
}

// https://kubernetes.io/docs/concepts/storage/volumes/#hostpath
bool is_whole_machine(std::string_view path) {
  constexpr std::array<std::string_view, 6> k_paths = {
      "/", "/etc", "/root", "/var/lib/kubelet", "/var/lib/docker", "/var/run"};
  while (path.size() > 1 && path.ends_with('/')) {
    path.remove_suffix(1);
  }
  return std::find(k_paths.begin(), k_paths.end(), path) != k_paths.end();
}

std::optional<Concern> judge_mount(const Subject& s) {
  const std::string_view after = machine_side(s, s.new_value);
  const std::string_view before = machine_side(s, s.old_value);
  if (is_engine_socket(after) && !is_engine_socket(before)) {
    // Agents of a network or of logs speak to containerd by their nature; Docker's is everybody's.
    const double agent = s.modified() ? 1.5 : 0.9;
    return reaches_machine(s, after.ends_with("/docker.sock") ? 2.1 : agent,
                           "it may start any container on the machine, as root");
  }
  // Agents read the machine's files; what was mounted otherwise before was none.
  if (is_whole_machine(after) && !is_whole_machine(before)) {
    return reaches_machine(s, s.modified() ? 2.1 : 1.4, "the machine's own files are in its hands");
  }
  return std::nullopt;
}

// https://man7.org/linux/man-pages/man7/capabilities.7.html,
// https://docs.docker.com/engine/containers/run/#runtime-privilege-and-linux-capabilities
std::optional<Concern> judge_capability(const Subject& s) {
  const bool adds = s.leaf == " cap add " ||
                    (s.leaf == " add " && s.parents.ends_with(" capabilities ")) ||
                    (s.leaf == " add " && has_phrase(s.parents, "capabilities"));
  if (!adds) {
    return std::nullopt;
  }
  constexpr std::array<std::string_view, 8> k_root = {"ALL",        "SYS_ADMIN", "SYS_MODULE",
                                                      "SYS_PTRACE", "SYS_RAWIO", "DAC_READ_SEARCH",
                                                      "BPF",        "SYS_BOOT"};
  std::string text = s.new_value;
  std::replace_if(
      text.begin(), text.end(),
      [](char c) { return c == '[' || c == ']' || c == '"' || c == '\''; }, ' ');
  for (const std::string_view part : split(text, ',')) {
    std::string_view name = trim(part);
    name = name.starts_with("CAP_") ? name.substr(4) : name;
    if (std::find(k_root.begin(), k_root.end(), name) != k_root.end() &&
        s.old_value.find(name) == std::string::npos) {
      const bool nearly_root = name == "ALL" || name == "SYS_ADMIN" || name == "SYS_MODULE";
      return reaches_machine(s, nearly_root ? 2.05 : 1.5,
                             fmt::format("the kernel lets it do what {} stands for", name));
    }
  }
  return std::nullopt;
}

// "100%" of pods that may be down at once: a rollout or a drain takes the service away
// (https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#max-unavailable,
// https://kubernetes.io/docs/tasks/run-application/configure-pdb/).
std::optional<Concern> judge_rollout(const Subject& s) {
  if (s.leaf != " max unavailable " || trim(s.new_value) != "100%" || trim(s.old_value) == "100%" ||
      s.old_is_template) {
    return std::nullopt;
  }
  Concern made;
  made.rule = "replicas.zero";
  made.urgency = s.file->status == FileStatus::added ? 1.2 : 2.1;
  made.confidence = 0.85;
  made.tail = "all copies may be down at the same time";
  made.effect = "A rollout or a drained node stops every copy before a new one is ready.";
  made.check = "Who calls it while it restarts?";
  made.restorable = s.modified();
  return made;
}

// A server of a balancer that is marked to get no requests
// (https://docs.haproxy.org/2.8/configuration.html#5.2-disabled,
// https://nginx.org/en/docs/http/ngx_http_upstream_module.html#server).
std::optional<Concern> judge_server_off(const Subject& s) {
  const bool off = s.leaf == " disabled " || s.leaf == " down ";
  if (s.kind() != ChangeKind::added || !off || !s.new_value.empty() ||
      s.file->status == FileStatus::added || !has_phrase(s.parents, "server")) {
    return std::nullopt;
  }
  Concern made;
  made.rule = "replicas.reduced";
  made.urgency = 1.3;
  made.confidence = 0.9;
  made.tail = "this server gets no requests any more";
  made.effect = "The servers that are left carry the whole load, and fewer may fail.";
  made.check = "How busy are the others at peak, and when does it come back?";
  made.restorable = false;
  return made;
}

// https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#recreate-deployment
std::optional<Concern> judge_recreate(const Subject& s) {
  if (!s.modified() || s.leaf != " type " || trim(s.new_value) != "Recreate" ||
      trim(s.old_value) != "RollingUpdate") {
    return std::nullopt;
  }
  Concern made;
  made.rule = "mode.changed";
  made.urgency = 1.75;
  made.confidence = 0.95;
  made.tail = "each rollout stops every copy before a new one starts";
  made.effect = "Each rollout is an outage, as long as the new copies take to start.";
  made.check = "Who calls it while it restarts, and does a volume force it?";
  return made;
}

// Where images of databases keep what they store, by their official descriptions
// (https://hub.docker.com/_/postgres, /_/mysql, /_/mariadb, /_/mongo, /_/redis, /_/rabbitmq,
// /_/cassandra, /_/influxdb,
// https://www.elastic.co/guide/en/elasticsearch/reference/current/docker.html).
bool is_data_folder(std::string_view path) {
  constexpr std::array<std::string_view, 16> k_folders = {"/var/lib/postgresql/data",
                                                          "/var/lib/postgresql",
                                                          "/var/lib/mysql",
                                                          "/var/lib/mariadb",
                                                          "/data/db",
                                                          "/var/lib/rabbitmq",
                                                          "/var/lib/rabbitmq/mnesia",
                                                          "/var/lib/cassandra",
                                                          "/var/lib/influxdb",
                                                          "/var/lib/influxdb2",
                                                          "/usr/share/elasticsearch/data",
                                                          "/usr/share/opensearch/data",
                                                          "/var/lib/clickhouse",
                                                          "/bitnami/postgresql",
                                                          "/var/lib/kafka/data",
                                                          "/var/lib/etcd"};
  while (path.size() > 1 && path.ends_with('/')) {
    path.remove_suffix(1);
  }
  return std::find(k_folders.begin(), k_folders.end(), path) != k_folders.end();
}

// The container's side of a mount: "mountPath", or "SOURCE:TARGET[:ro]" of the same source.
std::optional<Concern> judge_data_folder(const Subject& s) {
  if (!s.modified() || s.old_is_template || s.new_is_template) {
    return std::nullopt;
  }
  std::string_view before = trim(s.old_value);
  std::string_view after = trim(s.new_value);
  if (s.leaf == " volumes ") {
    const std::vector<std::string_view> old_parts = split(before, ':');
    const std::vector<std::string_view> new_parts = split(after, ':');
    if (old_parts.size() < 2 || new_parts.size() < 2 || old_parts[0] != new_parts[0]) {
      return std::nullopt;
    }
    before = old_parts[1];
    after = new_parts[1];
  } else if (s.leaf != " mount path " && s.leaf != " container path " && s.leaf != " target ") {
    return std::nullopt;
  }
  if (before == after || !is_data_folder(before) || !after.starts_with('/')) {
    return std::nullopt;
  }
  Concern made;
  made.rule = "address.changed";
  made.urgency = 2.05;
  made.confidence = 0.85;
  made.tail = "the data are no longer where the database looks for them";
  made.effect = "The database starts with an empty folder inside of the container, which goes with "
                "it, while its data lie on a volume that it does not read.";
  made.check = "Does the program's own setting name the new folder, and does this version of the "
               "image keep its data there?";
  return made;
}

} // namespace

std::optional<Concern> judge_container(const Subject& s) {
  if (s.kind() == ChangeKind::removed || s.new_is_template) {
    return std::nullopt;
  }
  for (const auto rule : {judge_mount, judge_capability, judge_rollout, judge_server_off,
                          judge_recreate, judge_data_folder}) {
    if (auto made = rule(s)) {
      return made;
    }
  }
  return std::nullopt;
}

} // namespace leadline
