#include "app/jobs/worker_name.hpp"

#include "base/text.hpp"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <optional>
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

// What this machine and namespace are called.
std::string place() {
  char host[256] = "";
  ::gethostname(host, sizeof host - 1);
  std::string boot;
  std::ifstream("/proc/sys/kernel/random/boot_id") >> boot;
  char space[64] = "";
  const ssize_t size = ::readlink("/proc/self/ns/pid", space, sizeof space - 1);
  return std::string(host) + "/" + boot.substr(0, 8) + "/" +
         std::string(space, size < 0 ? 0 : static_cast<std::size_t>(size)) + "/";
}

} // namespace

std::string worker_name() {
  const std::string process = std::to_string(::getpid());
  return place() + process + "/" + start_of(process, k_processes).value_or("");
}

bool has_ended(const std::string& name, const std::string& processes) {
  const std::string here = place();
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
