#pragma once

#include "analyzers/risk/subject.hpp"

#include <string_view>

namespace leadline {

// Whether what that rule found is tuned all day and takes nothing down: waits of a user interface,
// timers of tests, how a model is trained, settings of linters, a chart's defaults that switch
// something on.
bool is_everyday(const Subject& subject, std::string_view rule);

} // namespace leadline
