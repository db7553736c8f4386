#include "app/cli/store.hpp"

#include "app/cli/streams.hpp"
#include "app/config/server_config.hpp"
#include "app/store/store_copy.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>

namespace leadline {
namespace {

constexpr const char* k_footer =
    R"(First the old database takes nothing any more, so that nothing is lost or done twice: a server that
still runs on it answers GitHub with 503 and works on nothing until it is stopped. Then everything is
copied in one transaction. Start the next server with the new DATABASE_URL; it asks for what was
refused. When the command was killed, repeat it: it goes on.

  leadline store copy sqlite:/var/lib/leadline/leadline.sqlite postgresql://leadline@db/leadline

Exit codes:
  0  moved      2  not moved: no such database, or the new one is not empty      3  unreachable)";

struct Options {
  std::string from;
  std::string to;
};

int copy(const Options& options) {
  std::string text;
  const StoreOptions allowed = read_database_config(process_environment()).options;
  for (const auto& [table, rows] : move_store(options.from, options.to, allowed)) {
    text += fmt::format("{:<20} {:>9}\n", table, rows);
  }
  write_output("", text + "moved; start the server with the new DATABASE_URL\n");
  return k_exit_pass;
}

} // namespace

void add_store(CLI::App& program, Action& chosen) {
  CLI::App* const command = program.add_subcommand("store", "Move the server's database");
  command->require_subcommand(1);
  const auto options = std::make_shared<Options>();
  CLI::App* const copy_command =
      command->add_subcommand("copy", "From SQLite to another database, PostgreSQL say");
  copy_command->add_option("FROM", options->from, "sqlite:PATH")->required();
  copy_command->add_option("TO", options->to, "postgresql://...")->required();
  copy_command->footer(k_footer);
  copy_command->callback([options, &chosen] { chosen = [options] { return copy(*options); }; });
}

} // namespace leadline
