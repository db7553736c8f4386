#include "app/jobs/worker_name.hpp"

#include "base/text.hpp"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <random>
#include <sstream>
#include <string_view>
#include <vector>

namespace leadline {
namespace {

// nullopt when nothing is to be seen of it; "" of a process that has ended. Field 22 of
// /proc/PID/stat, in ticks since the boot (proc(5)); the command in field 2 may hold anything, also
// parentheses.
std::optional<std::string> start_of(std::string_view process, const std::string& processes) {
  std::ostringstream text;
  text << std::ifstream(processes + "/" + std::string(process) + "/stat").rdbuf();
  const std::string stat = text.str();
  const std::size_t command_end = stat.rfind(')');
  if (command_end == std::string::npos) {
    return std::nullopt;
  }
  constexpr std::size_t k_state = 1;  // behind ") ", field 3
  constexpr std::size_t k_start = 20; // field 22
  const std::vector<std::string_view> fields =
      split(std::string_view(stat).substr(command_end + 1), ' ');
  // A zombie has ended, its parent only has not asked yet.
  if (fields.size() <= k_start || fields[k_state] == "Z") {
    return "";
  }
  return std::string(fields[k_start]);
}

// "" when it cannot be seen.
std::string boot_id(const std::string& processes) {
  std::string boot;
  std::ifstream(processes + "/sys/kernel/random/boot_id") >> boot;
  if (!boot.empty()) {
    return boot;
  }
  const char* told = std::getenv(k_boot_variable); // NOLINT(concurrency-mt-unsafe): nobody sets it
  return told == nullptr ? "" : told;
}

// Of this process alone.
const std::string& nowhere() {
  static const std::string name = [] {
    std::random_device random;
    return std::to_string(random()) + "-" + std::to_string(random());
  }();
  return name;
}

// What this machine and namespace are called. Only its boot tells it from a machine that has the
// same name, as the first namespace has one number on all of them: where a part of this cannot be
// seen no other process is here.
std::string place(const std::string& processes) {
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  const std::string boot = boot_id(processes);
  char space[64] = "";
  const bool is_known =
      !boot.empty() && ::readlink("/proc/self/ns/pid", space, sizeof space - 1) > 0;
  return std::string(host) + "/" + (is_known ? boot + "/" + space : nowhere()) + "/";
}

} // namespace

std::string worker_name(const std::string& processes) {
  const std::string process = std::to_string(::getpid());
  return place(processes) + process + "/" + start_of(process, processes).value_or("");
}

bool has_ended(const std::string& name, const std::string& processes) {
  const std::string here = place(processes);
  if (!name.starts_with(here)) {
    return false;
  }
  const std::vector<std::string_view> parts =
      split(std::string_view(name).substr(here.size()), '/');
  int process = 0;
  if (parts.size() != 2 || parts[1].empty() ||
      std::from_chars(parts[0].data(), parts[0].data() + parts[0].size(), process).ptr !=
          parts[0].data() + parts[0].size() ||
      process <= 0) {
    return false;
  }
  const std::optional<std::string> start = start_of(parts[0], processes);
  // Another user's process may be hidden (ProtectProc= of systemd): then its number is asked for.
  return start ? *start != parts[1] : ::kill(process, 0) != 0 && errno == ESRCH;
}

} // namespace leadline
