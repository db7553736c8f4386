#pragma once

#include "app/cli/command.hpp"

namespace leadline {

void add_jobs(CLI::App& program, Action& chosen); // jobs list|show|retry

} // namespace leadline
