#pragma once

#include "analyzers/risk/subject.hpp"

#include <string_view>

namespace leadline {

// What differs between two levels of one parameter that both do what the catalogue's row warns to
// lose; "" when they are no such neighbours. A sentence, static memory.
std::string_view difference_of_close_levels(const Subject& subject);

} // namespace leadline
