#include "webhooks/command.hpp"

#include <catch2/catch.hpp>

using namespace leadline::webhooks;

namespace {

std::vector<CommandKind> kinds(std::string_view comment) {
  std::vector<CommandKind> found;
  for (const Command& command : parse_commands(comment)) {
    found.push_back(command.kind);
  }
  return found;
}

using Kinds = std::vector<CommandKind>;

} // namespace

TEST_CASE("each command is read with its arguments", "[command]") {
  const Command ack = parse_command("/leadline ack LL-1a2b pool is sized  in the chart \r");
  CHECK(ack.kind == CommandKind::ack);
  CHECK(ack.finding_id == "LL-1a2b");
  CHECK(ack.reason == "pool is sized in the chart");
  CHECK(ack.lasts.count() == 0);
  CHECK(ack.line == "/leadline ack LL-1a2b pool is sized  in the chart");
  CHECK(parse_command("/leadline unack LL-1").finding_id == "LL-1");
  CHECK(parse_command("/leadline explain LL-1").kind == CommandKind::explain);
  CHECK(parse_command("/leadline rerun").kind == CommandKind::rerun);
  CHECK(parse_command("/Leadline\tReRun").kind == CommandKind::rerun);
  CHECK(parse_command("/leadline config").kind == CommandKind::config);
  CHECK_FALSE(parse_command("/leadline split").push);
  CHECK(parse_command("/leadline split --push").push);
  CHECK(parse_command("/leadline help").problem.empty());
  CHECK(parse_command("/leadline").problem.empty());
}

TEST_CASE("a line that is not understood becomes help with its problem", "[command]") {
  struct Row {
    const char* line;
    const char* problem;
  };
  const std::vector<Row> rows = {
      {"/leadline approve", "there is no such command"},
      {"/leadline ack", "\"ack\" needs the id of a finding"},
      {"/leadline ack LL-1", "\"ack\" needs a reason behind the id"},
      {"/leadline ack LL-1 --for 30d", "\"ack\" needs a reason behind the id"},
      {"/leadline ack LL-1 --for ever fine", "\"--for\" needs a time such as 12h, 30d or 4w"},
      {"/leadline ack LL-1 --for 0d fine", "\"--for\" needs a time such as 12h, 30d or 4w"},
      {"/leadline ack LL-1 --for 99999999d x", "\"--for\" needs a time such as 12h, 30d or 4w"},
      {"/leadline ack LL-1 x --for", "\"--for\" needs a time such as 12h, 30d or 4w"},
      {"/leadline ack ../../x because", "\"ack\" needs the id of a finding"},
      {"/leadline explain LL-1 LL-2", "\"explain\" takes no arguments"},
      {"/leadline rerun now", "\"rerun\" takes no arguments"},
      {"/leadline split --force", "\"split\" takes only --push"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.line);
    const Command command = parse_command(row.line);
    CHECK(command.kind == CommandKind::help);
    CHECK(command.problem == row.problem);
  }
  const Command endless = parse_command("/leadline ack LL-1 " + std::string(100'000, 'x'));
  CHECK(endless.kind == CommandKind::help);
  CHECK(endless.line.size() == k_max_command_bytes + 1);
}

TEST_CASE("an acknowledgement may end by itself", "[command]") {
  const Command before = parse_command("/leadline ack LL-1 --for 30d the fleet shrinks");
  CHECK(before.lasts == std::chrono::hours(30 * 24));
  CHECK(before.reason == "the fleet shrinks");
  const Command behind = parse_command("/leadline ack LL-1 the fleet shrinks --for 2w");
  CHECK(behind.lasts == std::chrono::hours(14 * 24));
  CHECK(behind.reason == "the fleet shrinks");
  CHECK(parse_command("/leadline ack all x --for 12h").lasts == std::chrono::hours(12));
}

TEST_CASE("an edit adds only the commands that were not there", "[command]") {
  const std::string before = "hello\n/leadline rerun\n";
  CHECK(added_commands(before, "hello!\n/leadline rerun\n").empty());
  CHECK(added_commands(before, "hello\n").empty());
  const auto added = added_commands(before, "/leadline rerun\n/leadline help\n/leadline rerun");
  REQUIRE(added.size() == 2);
  CHECK(added[0].kind == CommandKind::help);
  CHECK(added[1].kind == CommandKind::rerun);
  CHECK(added_commands("", before).size() == 1);
}

TEST_CASE("only a line that starts with the command counts", "[command]") {
  struct Row {
    const char* what;
    const char* comment;
    Kinds expected;
  };
  const Kinds one = {CommandKind::rerun};
  const std::vector<Row> rows = {
      {"alone", "/leadline rerun", one},
      {"CRLF between prose", "Thanks!\r\n/leadline rerun\r\nbye", one},
      {"in a sentence", "try /leadline rerun", {}},
      {"indented", "    /leadline rerun", {}},
      {"quoted", "> /leadline rerun", {}},
      {"longer word", "/leadliner rerun", {}},
      {"list item", "- /leadline rerun", {}},
      {"fenced", "```\n/leadline rerun\n```\n", {}},
      {"fenced with CRLF", "```sh\r\n/leadline rerun\r\n```\r\n", {}},
      {"behind a fence", "```\ncode\n```\n/leadline rerun", one},
      {"tildes", "~~~\n```\n/leadline rerun\n~~~", {}},
      {"longer fence holds a shorter one", "````\n```\n/leadline rerun\n````", {}},
      {"a fence never closed", "```\n/leadline rerun", {}},
      {"closing fence with text does not close", "```\n``` x\n/leadline rerun\n```", {}},
      {"code span is no fence", "```x```\n/leadline rerun", one},
      {"hidden", "<!-- template:\n/leadline rerun\n-->", {}},
      {"behind a hidden part", "<!-- a -->\n/leadline rerun", one},
      {"empty", "", {}},
      {"two", "/leadline rerun\n/leadline help", {CommandKind::rerun, CommandKind::help}},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(kinds(row.comment) == row.expected);
  }
}

TEST_CASE("no part of a line that is too long is obeyed", "[command]") {
  const std::string ack = "/leadline ack LL-0123456789ab ";
  for (const std::string& line :
       {ack + std::string(970, 'x') + " --for 1d", ack + std::string(980, ' ') + "x",
        ack + "x" + std::string(1500, '\t') + "y", ack + std::string(969, 'x') + "\xE2\x82\xAC",
        ack + "x" + std::string(60'000, ' ') + "y"}) {
    CAPTURE(line.size());
    const auto commands = parse_commands(line);
    REQUIRE(commands.size() == 1);
    CHECK(commands[0].kind == CommandKind::help);
    CHECK(commands[0].line.size() <= 2000);
    CHECK(parse_command(commands[0].line) == commands[0]); // as its job reads it
  }
  CHECK(parse_command(ack + std::string(970, 'x')).kind == CommandKind::ack);
}

TEST_CASE("a comment runs a bounded number of commands, and says so once", "[command]") {
  std::string comment;
  for (std::size_t i = 0; i < k_max_commands; ++i) {
    comment += "/leadline ack LL-" + std::to_string(i) + " fine\n";
  }
  CHECK(parse_commands(comment).size() == k_max_commands);
  const std::string before = comment;
  for (int i = 0; i < 1000; ++i) {
    comment += "/leadline rerun\n";
  }
  const std::vector<Command> commands = parse_commands(comment);
  REQUIRE(commands.size() == k_max_commands + 1);
  CHECK(commands[k_max_commands - 1].kind == CommandKind::ack);
  CHECK(commands.back().kind == CommandKind::help);
  CHECK(commands.back().problem == "only the first 5 commands of a comment are run");
  CHECK(parse_command(commands.back().line) == commands.back()); // as a job has it
  CHECK(added_commands(before, comment) == std::vector<Command>{commands.back()});
  CHECK(added_commands(comment, comment + "/leadline help\n").empty());
}
