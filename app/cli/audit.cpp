#include "app/cli/audit.hpp"

#include "app/cli/streams.hpp"
#include "app/config/server_config.hpp"
#include "app/render/audit.hpp"
#include "app/store/store.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace leadline {
namespace {

constexpr std::size_t k_page = 1000;

constexpr const char* k_footer = R"(Environment, as for `leadline serve`:
  DATABASE_URL         sqlite:PATH or postgresql://...   [sqlite: below LEADLINE_DATA]
  LEADLINE_DATA        folder of the database
                       [/var/lib/leadline as root, else ~/.local/share/leadline])";

struct AuditOptions {
  std::string repository;
  std::string format = "json";
  std::string output;
};

int run_audit(const AuditOptions& options) {
  DatabaseConfig database = read_database_config(process_environment());
  database.options.schema = StoreOptions::Schema::as_it_is;
  const auto store = open_store(database.url, database.options);
  const bool csv = options.format == "csv";
  std::string text = csv ? audit_csv_header() : "";
  std::int64_t last = 0;
  for (bool more = true; more;) {
    const std::vector<Acknowledgement> rows = store->audit(options.repository, last, k_page);
    for (const Acknowledgement& row : rows) {
      text += csv ? audit_csv(row) : audit_json(row);
      last = row.id;
    }
    more = rows.size() == k_page;
  }
  write_output(options.output, text);
  return k_exit_pass;
}

} // namespace

void add_audit(CLI::App& program, Action& chosen) {
  const auto options = std::make_shared<AuditOptions>();
  CLI::App* const command = program.add_subcommand(
      "audit", "Export the acknowledgements that the server has stored, oldest first");
  command->add_option("--repository", options->repository, "Of OWNER/NAME only");
  command->add_option("--format", options->format, "json (one object a line) or csv")
      ->check(CLI::IsMember({"json", "csv"}));
  command->add_option("-o,--output", options->output, "File to write to; standard output if none");
  command->footer(k_footer);
  command->callback([&chosen, options] { chosen = [options] { return run_audit(*options); }; });
}

} // namespace leadline
