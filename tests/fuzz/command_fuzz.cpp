#include "webhooks/command.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

// Whatever a comment holds: few commands, each of one line of it or the word that there are more,
// and the same when that line is read alone.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace leadline::webhooks;
  const std::string_view comment(reinterpret_cast<const char*>(data), size);
  const auto commands = parse_commands(comment);
  if (commands.size() > k_max_commands + 1) {
    std::abort();
  }
  for (std::size_t i = 0; i < commands.size(); ++i) {
    const Command& command = commands[i];
    const bool more = i == k_max_commands && command.line == k_more_commands;
    if ((i == k_max_commands && !more) ||
        (!more && comment.find(command.line) == std::string_view::npos) ||
        command.line.find('\n') != std::string::npos || !(parse_command(command.line) == command)) {
      std::abort();
    }
  }
  return 0;
}
