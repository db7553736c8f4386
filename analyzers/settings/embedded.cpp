#include "analyzers/settings/embedded.hpp"

#include <algorithm>

namespace leadline {

void expand_embedded(std::vector<Setting>&) {}

bool is_part_of(const Setting& part, const Setting& whole) {
  const auto& inner = part.key.segments;
  const auto& outer = whole.key.segments;
  return inner.size() > outer.size() && std::equal(outer.begin(), outer.end(), inner.begin()) &&
         part.first_line == whole.first_line && part.last_line == whole.last_line;
}

} // namespace leadline
