#include "analyzers/risk/close_levels.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace leadline {
namespace {

// By the pages that the rows of the catalogue name as their source.
struct Row {
  std::string_view parameter;
  std::string_view one;
  std::string_view other;
  std::string_view difference;
};
constexpr std::array<Row, 3> k_rows = {{
    {"docker.restart", "any", "always", "Both start it again whenever it stops."},
    {"docker.restart", "always", "unless-stopped",
     "It is started again whenever it stops; they differ only in what somebody stopped by hand."},
    {"systemd.restart", "always", "on-failure",
     "It is started again after a crash all the same; they differ only when it ends by itself "
     "without an error."},
}};

} // namespace

std::string_view difference_of_close_levels(const Subject& s) {
  if (s.meaning.parameter == nullptr || !s.modified()) {
    return {};
  }
  const std::string before = to_lower(trim(s.old_value));
  const std::string after = to_lower(trim(s.new_value));
  const auto at = std::find_if(k_rows.begin(), k_rows.end(), [&](const Row& row) {
    return row.parameter == s.meaning.parameter->id &&
           ((row.one == before && row.other == after) || (row.one == after && row.other == before));
  });
  return at == k_rows.end() ? std::string_view() : at->difference;
}

} // namespace leadline
