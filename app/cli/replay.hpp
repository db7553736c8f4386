#pragma once

#include "app/cli/command.hpp"

namespace leadline {

// leadline replay: what would have been flagged in a repository's past.
void add_replay(CLI::App& program, Action& chosen);

} // namespace leadline
