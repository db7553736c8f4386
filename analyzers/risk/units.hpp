#pragma once

#include "analyzers/risk/quantity.hpp"

#include <optional>
#include <string_view>

namespace leadline {

// One unit: how many canonical units of its dimension it is, and the one spelling that stands for
// all of its spellings ("s" for "sec", "seconds", "Second").
struct Unit {
  Dimension dimension = Dimension::count;
  double factor = 1;
  std::string_view name; // static memory
};

// The unit that a word means where a value of `expected` is due; nullopt when it is none.
// `expected` decides what one letter means: "m" is minutes, megabytes or thousandths of a core.
//   bytes: kB, MB, GB and the single letters are powers of 1024, as PostgreSQL
//     (https://www.postgresql.org/docs/current/config-setting.html), nginx
//     (https://nginx.org/en/docs/syntax.html), the JVM and systemd read them
//   kubernetes: k, M, G are powers of 1000, Ki, Mi, Gi of 1024, m is a thousandth
//     (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/)
//   time: us ms s min h d w as PostgreSQL, Go (https://pkg.go.dev/time#ParseDuration) and
//     systemd (https://www.freedesktop.org/software/systemd/man/latest/systemd.time.html) have them
enum class Reading { unknown, count, time, bytes, kubernetes, cores, percent, rate };
std::optional<Unit> unit_of(std::string_view word, Reading expected);

// The unit of bare numbers that a catalogue row names: "ms", "8kB", "connections",
// "kubernetes-bytes", "ratio", "".
struct DefaultUnit {
  Unit unit;
  Reading reading = Reading::unknown;
};
DefaultUnit default_unit_of(std::string_view text);

// The unit in the name of a constant or function: `time.Second`, `ofMillis`, `from_secs`,
// `TimeUnit.SECONDS`, `KB`.
std::optional<Unit> unit_in_name(std::string_view identifier);

} // namespace leadline
