#pragma once

#include "app/cli/command.hpp"

namespace leadline {

void add_doctor(CLI::App& program, Action& chosen);

} // namespace leadline
