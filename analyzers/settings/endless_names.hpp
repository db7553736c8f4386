#pragma once

#include <string_view>

namespace leadline {

// Whether a value says by its name that nothing ends or bounds it: `forever`, `Infinity`,
// `math.inf`, `float("inf")`, `Integer.MAX_VALUE`, `u32::MAX`, `Timeout.InfiniteTimeSpan`,
// `tenacity.stop_never`. "max" alone is a word like others. Case makes no difference.
bool names_no_end(std::string_view value);

} // namespace leadline
