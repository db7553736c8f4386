#include "analyzers/settings/endless_names.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace leadline {
namespace {

constexpr std::size_t k_longest = 80; // bytes of such a name with what it belongs to

// https://docs.python.org/3/library/math.html#math.inf,
// https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/lang/Integer.html#MAX_VALUE,
// https://learn.microsoft.com/dotnet/api/system.threading.timeout.infinitetimespan,
// https://doc.rust-lang.org/std/primitive.u32.html#associatedconstant.MAX,
// https://pkg.go.dev/math#pkg-constants, https://tenacity.readthedocs.io/en/latest/api.html.
constexpr auto k_names = std::to_array<std::string_view>(
    {"forever",    "indefinitely", "inf",         "infinite",          "infinitetimespan",
     "infinity",   "int_max",      "long_max",    "max_safe_integer",  "max_value",
     "maxint",     "maxint32",     "maxint64",    "maxsize",           "maxuint32",
     "maxuint64",  "maxvalue",     "php_int_max", "positive_infinity", "positiveinfinity",
     "stop_never", "unbounded",    "unlimited"});
static_assert(std::is_sorted(k_names.begin(), k_names.end()));

} // namespace

bool names_no_end(std::string_view value) {
  value = trim(value);
  if (value.empty() || value.size() > k_longest) {
    return false;
  }
  std::string name = to_lower(value);
  for (const std::string_view call : {"float(", "number("}) { // float("inf")
    if (name.starts_with(call) && name.ends_with(')')) {
      name = name.substr(call.size(), name.size() - call.size() - 1);
    }
  }
  name.erase(std::remove_if(name.begin(), name.end(),
                            [](char c) { return c == '"' || c == '\'' || c == '+'; }),
             name.end());
  const std::size_t part = name.find_last_of(".:");
  const bool member = part != std::string::npos;
  const std::string_view last = std::string_view(name).substr(member ? part + 1 : 0);
  return (member && last == "max") || std::binary_search(k_names.begin(), k_names.end(), last);
}

} // namespace leadline
