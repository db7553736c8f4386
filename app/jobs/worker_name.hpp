#pragma once

#include <string>

namespace leadline {

// The name under which this process holds leases: host, boot, process namespace, process and its
// start, so that no two processes that ever share a store have the same.
std::string worker_name();

// True when `name` is of a process of this machine and namespace that has ended: its leases may be
// taken back at once. False for what cannot be known from here; those leases lapse. `processes` is
// where proc(5) is mounted, in which processes of other users may be hidden.
inline constexpr const char* k_processes = "/proc";
bool has_ended(const std::string& name, const std::string& processes = k_processes);

} // namespace leadline
