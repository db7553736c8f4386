#include "webhooks/command.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace leadline::webhooks {
namespace {

constexpr std::string_view k_prefix = "/leadline";
constexpr std::size_t k_max_id = 64;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

// Takes the next word off `rest`.
std::string_view next_word(std::string_view& rest) {
  rest = trim(rest);
  const auto end = std::find_if(rest.begin(), rest.end(), is_blank);
  const std::string_view word = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  rest.remove_prefix(word.size());
  rest = trim(rest);
  return word;
}

bool is_end(char c) { return is_blank(c) || c == '\r'; }

// The beginning of a line of more than k_max_command_bytes, and no less of it, so that who reads it
// again does not obey a part of it. Where little but blanks is in between, the prefix: a call for
// help.
std::string_view still_too_long(std::string_view line) {
  std::size_t end = k_max_command_bytes;
  while (is_end(line[end])) {
    ++end; // the last one is no blank
  }
  const auto is_inside = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  do {
    ++end;
  } while (end < line.size() && is_inside(line[end]));
  return line.substr(0, end > 2 * k_max_command_bytes ? k_prefix.size() : end);
}

bool is_finding_id(std::string_view word) {
  return !word.empty() && word.size() <= k_max_id &&
         std::all_of(word.begin(), word.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                  c == '-' || c == '_' || c == '.';
         });
}

bool starts_command(std::string_view line) {
  return line.size() >= k_prefix.size() && to_lower(line.substr(0, k_prefix.size())) == k_prefix &&
         (line.size() == k_prefix.size() || is_blank(line[k_prefix.size()]));
}

// A fence of code: three or more '`' or '~', at most three blanks before it
// (https://github.github.com/gfm/#fenced-code-blocks).
struct Fence {
  char mark = 0;
  std::size_t length = 0;
  bool bare = false; // nothing behind the marks: it can close
};

std::optional<Fence> read_fence(std::string_view line) {
  std::size_t at = 0;
  while (at < line.size() && line[at] == ' ') {
    ++at;
  }
  if (at > 3 || at == line.size() || (line[at] != '`' && line[at] != '~')) {
    return std::nullopt;
  }
  Fence fence;
  fence.mark = line[at];
  while (at < line.size() && line[at] == fence.mark) {
    ++at;
    ++fence.length;
  }
  const std::string_view rest = line.substr(at);
  // An info string of a back-tick fence holds no back-tick: "```x```" is a code span in a line.
  if (fence.length < 3 || (fence.mark == '`' && rest.find('`') != std::string_view::npos)) {
    return std::nullopt;
  }
  fence.bare = trim(rest).empty();
  return fence;
}

// Whether an HTML comment is open behind `line`.
bool comment_open_after(std::string_view line, bool open) {
  while (true) {
    const std::string_view mark = open ? "-->" : "<!--";
    const std::size_t at = line.find(mark);
    if (at == std::string_view::npos) {
      return open;
    }
    line.remove_prefix(at + mark.size());
    open = !open;
  }
}

// "12h", "30d", "2w"; nullopt for all else and for what is longer than anybody means.
std::optional<std::chrono::hours> read_duration(std::string_view word) {
  int count = 0;
  const char* const end = word.data() + word.size();
  const auto [at, failed] = std::from_chars(word.data(), end, count);
  if (failed != std::errc() || count < 1 || at + 1 != end) {
    return std::nullopt;
  }
  const int hours = *at == 'h' ? 1 : *at == 'd' ? 24 : *at == 'w' ? 7 * 24 : 0;
  if (hours == 0 || count > k_longest_acknowledgement.count() / hours) {
    return std::nullopt;
  }
  return std::chrono::hours(count * hours);
}

Command misunderstood(Command command, std::string problem) {
  command.kind = CommandKind::help;
  command.problem = std::move(problem);
  return command;
}

// Behind "ack ID": the reason, and "--for 30d" anywhere in it.
Command read_ack(Command command, std::string_view rest) {
  command.kind = CommandKind::ack;
  while (!rest.empty()) {
    const std::string_view word = next_word(rest);
    if (word == "--for") {
      const std::optional<std::chrono::hours> lasts = read_duration(next_word(rest));
      if (!lasts) {
        return misunderstood(std::move(command), "\"--for\" needs a time such as 12h, 30d or 4w");
      }
      command.lasts = *lasts;
      continue;
    }
    command.reason += command.reason.empty() ? "" : " ";
    command.reason += word;
  }
  return command.reason.empty()
             ? misunderstood(std::move(command), "\"ack\" needs a reason behind the id")
             : command;
}

} // namespace

Command parse_command(std::string_view line) {
  Command command;
  while (!line.empty() && is_end(line.back())) {
    line.remove_suffix(1);
  }
  if (line.size() > k_max_command_bytes) {
    command.line = still_too_long(line);
    return command.line.size() > k_max_command_bytes
               ? misunderstood(std::move(command), "the line is longer than 1000 bytes")
               : command;
  }
  command.line = line;
  std::string_view rest = line;
  next_word(rest); // the prefix
  const std::string word = to_lower(next_word(rest));
  const auto without_arguments = [&](CommandKind kind) {
    command.kind = kind;
    return rest.empty() ? command : misunderstood(command, "\"" + word + "\" takes no arguments");
  };
  if (word.empty() || word == "help") {
    return command;
  }
  if (word == "rerun") {
    return without_arguments(CommandKind::rerun);
  }
  if (word == "config") {
    return without_arguments(CommandKind::config);
  }
  if (word == "split") {
    command.kind = CommandKind::split;
    command.push = rest == "--push";
    return rest.empty() || command.push ? command
                                        : misunderstood(command, "\"split\" takes only --push");
  }
  if (word == "ack" || word == "unack" || word == "explain") {
    const std::string_view id = next_word(rest);
    if (!is_finding_id(id)) {
      return misunderstood(command, "\"" + word + "\" needs the id of a finding");
    }
    command.finding_id = id;
    if (word == "ack") {
      return read_ack(std::move(command), rest);
    }
    return without_arguments(word == "unack" ? CommandKind::unack : CommandKind::explain);
  }
  if (line == k_more_commands) {
    return misunderstood(std::move(command), "only the first " + std::to_string(k_max_commands) +
                                                 " commands of a comment are run");
  }
  command.unknown = true;
  return misunderstood(std::move(command), "there is no such command");
}

std::vector<Command> parse_commands(std::string_view comment) {
  std::vector<Command> commands;
  std::optional<Fence> fence;
  bool html_comment = false;
  for (std::string_view line : split_lines(comment)) {
    if (!line.empty() && line.back() == '\r') {
      line.remove_suffix(1);
    }
    if (fence) {
      const std::optional<Fence> closing = read_fence(line);
      if (closing && closing->bare && closing->mark == fence->mark &&
          closing->length >= fence->length) {
        fence.reset();
      }
      continue;
    }
    if (!html_comment) {
      fence = read_fence(line);
      if (fence) {
        continue;
      }
      if (starts_command(line)) {
        if (commands.size() == k_max_commands) {
          commands.push_back(parse_command(k_more_commands));
          break;
        }
        commands.push_back(parse_command(line));
      }
    }
    html_comment = comment_open_after(line, html_comment);
  }
  return commands;
}

std::vector<Command> added_commands(std::string_view before, std::string_view now) {
  std::vector<Command> added = parse_commands(now);
  for (const Command& known : parse_commands(before)) {
    const auto found = std::find(added.begin(), added.end(), known);
    if (found != added.end()) {
      added.erase(found);
    }
  }
  return added;
}

} // namespace leadline::webhooks
