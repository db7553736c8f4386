#include "analyzers/risk/rules.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// Values beyond what the system under the program takes; it then starts with another one, or not at
// all.
struct Bound {
  std::string_view parameter; // id in the catalogue
  double most;
  std::string_view effect;
};

// fs.nr_open: https://docs.kernel.org/admin-guide/sysctl/fs.html#nr-open (1048576 unless raised);
// max_connections: https://dev.mysql.com/doc/refman/8.0/en/server-system-variables.html and
// https://github.com/postgres/postgres/blob/master/src/include/postmaster/postmaster.h
// (MAX_BACKENDS).
constexpr std::array<Bound, 3> k_bounds = {{
    {"mysql.max_connections", 100000, "MySQL takes 100000 and says so only in its log."},
    {"postgresql.max_connections", 262143, "PostgreSQL does not start."},
    {"systemd.limit_nofile", 1048576,
     "Where fs.nr_open was not raised the limit is not set, and the service runs with the far "
     "lower one that it inherits."},
}};

} // namespace

std::optional<Concern> judge_bounds(const Subject& s) {
  if (s.kind() == ChangeKind::removed || s.meaning.parameter == nullptr || !s.new_quantity) {
    return std::nullopt;
  }
  const auto bound = std::find_if(k_bounds.begin(), k_bounds.end(), [&](const Bound& row) {
    return row.parameter == s.meaning.parameter->id;
  });
  if (bound == k_bounds.end() || s.new_quantity->value <= bound->most ||
      (s.old_quantity && s.old_quantity->value > bound->most)) {
    return std::nullopt;
  }
  Concern made;
  made.rule = "limit.unreachable";
  made.urgency = 2.4;
  made.confidence = 0.8;
  made.tail = fmt::format("beyond the {:.0f} that the system gives", bound->most);
  made.effect = bound->effect;
  made.check = "Ask the running process which limit it got, not the file.";
  return made;
}

} // namespace leadline
