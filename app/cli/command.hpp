#pragma once

#include <functional>

namespace CLI {
class App;
}

namespace leadline {

// What the program ends with; README and `leadline --help` promise them.
enum ExitCode : int {
  k_exit_pass = 0,
  k_exit_findings = 1,   // at or above --fail-on
  k_exit_usage = 2,      // the command line, a file or a revision is wrong
  k_exit_unfinished = 3, // could not finish, or not everything was analysed
  k_exit_bug = 70,       // EX_SOFTWARE of sysexits.h
};

// What a chosen sub-command does; returns an exit code, throws Error.
using Action = std::function<int()>;

// A sub-command is one function `void add_NAME(CLI::App& program, Action& chosen)`: it adds itself
// to `program` and, when the command line names it, stores what to do in `chosen`. Its options live
// in what it stores. Listed in run.cpp.

} // namespace leadline
