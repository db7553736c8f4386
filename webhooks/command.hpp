#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace leadline::webhooks {

enum class CommandKind { rerun, ack, unack, split, explain, config, help };

// One line "/leadline ..." of a comment.
struct Command {
  CommandKind kind = CommandKind::help;
  std::string finding_id;      // ack, unack, explain; k_all_findings for ack and unack
  std::string reason;          // ack
  std::chrono::hours lasts{0}; // ack --for 30d; 0: without end
  bool push = false;           // split --push
  std::string problem;  // help only: why the line was not understood; empty when help was asked for
  bool unknown = false; // likewise: there is no such command
  // As written, without blanks at its end; of one that is too long a part that is too long as well,
  // so that parse_command(line) is this command.
  std::string line;

  bool operator==(const Command&) const = default;
};

inline constexpr const char* k_all_findings = "all"; // in the place of an id
inline constexpr std::chrono::hours k_longest_acknowledgement{24 * 3660};

inline constexpr std::size_t k_max_commands = 5; // of one comment
inline constexpr const char* k_more_commands = "/leadline ...";
inline constexpr std::size_t k_max_command_bytes = 1000; // a longer line is not understood

// The commands of a comment in GitHub's Markdown, in order. A command starts in the first column of
// a line; lines in fenced code, in HTML comments and in quotes are text, so that a template or a
// reply by e-mail runs nothing. A line that is not understood becomes `help` with its problem. Of
// more than k_max_commands the rest becomes one `help` that says so, with k_more_commands as its
// line.
std::vector<Command> parse_commands(std::string_view comment);

// One command line. Never throws.
Command parse_command(std::string_view line);

// The commands that an edit has added to a comment: those of `now` without those of `before`, so
// that a typo mended elsewhere in the comment runs nothing again.
std::vector<Command> added_commands(std::string_view before, std::string_view now);

} // namespace leadline::webhooks
