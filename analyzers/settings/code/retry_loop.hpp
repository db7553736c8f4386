#pragma once

#include "analyzers/settings/code/syntax_tree.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace leadline {

// A loop that tries again what failed: its body waits and speaks of failure.
struct RetryLoop {
  std::string attempts; // the number or constant that bounds it; its head where nothing does:
                        // "for", "while True"
  std::string function; // that it stands in; "" none
  bool endless = false;
};

// nullopt when `node` is no such loop.
std::optional<RetryLoop> retry_loop(const SyntaxTree& tree, int node);

// Whether the text is the head of a loop without an end, as RetryLoop::attempts has it.
bool is_endless_head(std::string_view text);

} // namespace leadline
