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

} // namespace

std::optional<Concern> judge_container(const Subject& s) {
  if (s.kind() == ChangeKind::removed || s.new_is_template) {
    return std::nullopt;
  }
  for (const auto rule : {judge_mount, judge_capability, judge_rollout}) {
    if (auto made = rule(s)) {
      return made;
    }
  }
  return std::nullopt;
}

} // namespace leadline
