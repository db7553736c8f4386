#pragma once

#include "app/cli/command.hpp"

namespace leadline {

void add_store(CLI::App& program, Action& chosen); // store copy

} // namespace leadline
