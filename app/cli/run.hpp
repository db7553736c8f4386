#pragma once

namespace leadline {

// The program: reads the command line, runs the sub-command and returns the exit code. Failures are
// written to standard error as "leadline: message"; nothing is thrown.
int run(int argc, const char* const* argv);

} // namespace leadline
