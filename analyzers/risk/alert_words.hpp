#pragma once

#include <string_view>

namespace leadline {

// How loud a severity is: 3 wakes somebody, 2 is seen on a working day, 1 is for the record, 0 is
// no word for one.
int loudness(std::string_view value);

// Who hears a receiver of that name: 2 is woken, 1 may read it later, 0 unknown.
int reach(std::string_view value);

} // namespace leadline
