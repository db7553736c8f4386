#pragma once

#include "app/cli/command.hpp"

namespace leadline {

// `leadline audit`: the acknowledgements that a server has stored.
void add_audit(CLI::App& program, Action& chosen);

} // namespace leadline
