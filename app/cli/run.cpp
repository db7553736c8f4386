#include "app/cli/run.hpp"

#include "app/cli/analyze.hpp"
#include "app/cli/audit.hpp"
#include "app/cli/catalog.hpp"
#include "app/cli/config.hpp"
#include "app/cli/doctor.hpp"
#include "app/cli/jobs.hpp"
#include "app/cli/replay.hpp"
#include "app/cli/serve.hpp"
#include "app/cli/split.hpp"
#include "app/cli/store.hpp"
#include "app/cli/streams.hpp"
#include "app/config/nearest.hpp"
#include "app/version.hpp"
#include "base/error.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <string>
#include <vector>

namespace leadline {
namespace {

constexpr const char* k_description = "leadline finds the one risky setting in a large change, "
                                      "says why, and plans the split of the change.";

constexpr const char* k_footer = R"(Examples:
  leadline analyze main...HEAD             this branch, as its pull request will be judged
  git diff | leadline analyze --diff -     any unified diff
  leadline split main...HEAD --out parts   the plan of a split, as patches that rebuild the head
  leadline replay --max 500                what would have been flagged in the past
  leadline catalog show max_client_conn    what a setting means, and where that is written

Each command has its own --help.

Exit codes:
  0   pass
  1   findings at or above --fail-on
  2   wrong command line, file or revision
  3   could not finish, or not everything was analysed: never a pass
  70  a bug of leadline: please report it

Environment:
  NO_COLOR, CLICOLOR, CLICOLOR_FORCE       colours
  COLUMNS                                  width where there is no terminal)";

// The one table from a failure's kind to an exit code.
int exit_code_of(ErrorKind kind) {
  switch (kind) {
  case ErrorKind::bad_input:
  case ErrorKind::not_found:
    return k_exit_usage;
  case ErrorKind::denied:
  case ErrorKind::unavailable:
    return k_exit_unfinished;
  }
  return k_exit_unfinished;
}

void add_version(CLI::App& program, Action& chosen) {
  CLI::App* const command = program.add_subcommand("version", "Print the version");
  command->callback([&chosen] {
    chosen = [] {
      write_output("", fmt::format("leadline {}\n", version()));
      return static_cast<int>(k_exit_pass);
    };
  });
}

// What to say of a command line that names no command that there is; else CLI11's own words.
std::string usage_error(const CLI::App& program, int argc, const char* const* argv,
                        const CLI::ParseError& error) {
  const CLI::App* command = &program;
  for (int i = 1; i < argc; ++i) {
    std::vector<std::string> names;
    for (const CLI::App* sub : command->get_subcommands({})) {
      names.push_back(sub->get_name());
    }
    const std::string word = argv[i];
    if (names.empty() || word.empty() || word.front() == '-') {
      break;
    }
    if (std::find(names.begin(), names.end(), word) == names.end()) {
      return fmt::format("no command \"{}\"{}", word, did_you_mean(word, names));
    }
    command = command->get_subcommand(word);
  }
  return error.what();
}

int run_checked(int argc, const char* const* argv) {
  CLI::App program(k_description, "leadline");
  program.footer(k_footer);
  program.set_version_flag("--version", fmt::format("leadline {}", version()));
  program.require_subcommand(1);
  Action chosen;
  add_analyze(program, chosen);
  add_split(program, chosen);
  add_replay(program, chosen);
  add_serve(program, chosen);
  add_jobs(program, chosen);
  add_audit(program, chosen);
  add_doctor(program, chosen);
  add_store(program, chosen);
  add_catalog(program, chosen);
  add_config(program, chosen);
  add_version(program, chosen);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() == static_cast<int>(CLI::ExitCodes::Success)) {
      return program.exit(e); // --help and --version print themselves
    }
    print_error(usage_error(program, argc, argv, e) + "\nsee leadline --help");
    return k_exit_usage;
  }
  return chosen();
}

} // namespace

int run(int argc, const char* const* argv) {
  try {
    return run_checked(argc, argv);
  } catch (const Error& e) {
    print_error(e.what());
    return exit_code_of(e.kind());
  } catch (const std::exception& e) {
    print_error(std::string("internal error: ") + e.what());
    return k_exit_bug;
  }
}

} // namespace leadline
