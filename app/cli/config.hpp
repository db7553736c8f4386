#pragma once

#include "app/cli/command.hpp"

namespace leadline {

void add_config(CLI::App& program, Action& chosen);

} // namespace leadline
