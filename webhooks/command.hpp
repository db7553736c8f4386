#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace leadline::webhooks {

enum class CommandKind { rerun, ack, unack, split, explain, config, help };

// One line "/leadline ..." of a comment.
struct Command {
  CommandKind kind = CommandKind::help;
  std::string finding_id; // ack, unack, explain
  std::string reason;     // ack
  bool push = false;      // split --push
  std::string problem; // help only: why the line was not understood; empty when help was asked for
  std::string line;    // as written, without blanks at its end

  bool operator==(const Command&) const = default;
};

inline constexpr std::size_t k_max_commands = 5;         // of one comment; the rest is dropped
inline constexpr std::size_t k_max_command_bytes = 1000; // a longer line is not understood

// The commands of a comment in GitHub's Markdown, in order. A command starts in the first column of
// a line; lines in fenced code, in HTML comments and in quotes are text, so that a template or a
// reply by e-mail runs nothing. A line that is not understood becomes `help` with its problem.
std::vector<Command> parse_commands(std::string_view comment);

// One command line. Never throws.
Command parse_command(std::string_view line);

} // namespace leadline::webhooks
