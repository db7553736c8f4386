#pragma once

#include <string>

namespace leadline {

// Where proc(5) is mounted. Processes of other users may be hidden there (ProtectProc= of systemd),
// and so may the boot id (ProcSubset=pid); then the variable tells it.
inline constexpr const char* k_processes = "/proc";
inline constexpr const char* k_boot_variable = "LEADLINE_BOOT_ID";

// The name under which this process holds leases: host, boot, process namespace, process and its
// start, so that no two processes that ever share a store have the same.
std::string worker_name(const std::string& processes = k_processes);

// True when `name` is of a process of this machine and namespace that has ended: its leases may be
// taken back at once. False for what cannot be known from here, as without a boot id; those leases
// lapse.
bool has_ended(const std::string& name, const std::string& processes = k_processes);

} // namespace leadline
