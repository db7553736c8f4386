#pragma once

#include "app/cli/command.hpp"

#include <optional>
#include <string>

namespace leadline {

// Options of `leadline serve`; they win over the environment.
struct ServeOptions {
  std::optional<std::string> host;
  std::optional<int> port;
  std::optional<std::string> role;
  bool check = false; // read the configuration, say what it is, and end
};

// Reads the environment and serves until a signal; returns the exit code.
int run_serve(const ServeOptions& options);

void add_serve(CLI::App& program, Action& chosen);

} // namespace leadline
