#include "app/cli/config.hpp"

#include "app/cli/streams.hpp"
#include "app/config/repository_config.hpp"
#include "app/render/neutralize.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <memory>
#include <string>

namespace leadline {
namespace {

constexpr std::size_t k_max_config_bytes = 1024UL * 1024;

constexpr const char* k_footer =
    R"(Every mistake is listed with its line and what was probably meant.

Examples:
  leadline config check .github/leadline.yml
  leadline config check - < leadline.yml
  leadline config check .github/leadline.yml --defaults ../.github/.github/leadline.yml

Exit codes:
  0  no mistake      2  mistakes, or the file cannot be read)";

struct Options {
  std::string file;
  std::string defaults;
};

RepositoryConfig read_config(const std::string& path, const RepositoryConfig& defaults) {
  return parse_repository_config(read_input("configuration", path, k_max_config_bytes),
                                 path == "-" ? "leadline.yml" : path, defaults);
}

int check_command(const Options& options) {
  const RepositoryConfig defaults =
      options.defaults.empty() ? RepositoryConfig{} : read_config(options.defaults, {});
  const RepositoryConfig config = read_config(options.file, defaults);
  const Policy& policy = config.policy;
  const std::string fail_on = policy.never_fail ? "never" : std::string(name_of(policy.fail_on));
  write_output(
      "", fmt::format(
              "{}: no mistake\nfail on {}; {} baselines, {} rules, {} domains, {} environments, "
              "{} ignored patterns; check \"{}\"\n",
              visible(options.file), fail_on, policy.baselines.size(), policy.rules.size(),
              policy.domains.size(), policy.environments.size(), policy.ignore_paths.size(),
              visible(config.publishing.check_name)));
  return k_exit_pass;
}

} // namespace

void add_config(CLI::App& program, Action& chosen) {
  CLI::App* const command = program.add_subcommand("config", "Check a repository's configuration");
  command->require_subcommand(1);
  CLI::App* const check =
      command->add_subcommand("check", "Validate a leadline.yml without a network");
  check->footer(k_footer);
  const auto options = std::make_shared<Options>();
  check->add_option("FILE", options->file, "The configuration; \"-\" is standard input")
      ->required();
  check
      ->add_option("--defaults", options->defaults,
                   "The organisation's configuration, which it is merged over")
      ->type_name("FILE");
  check->callback([options, &chosen] { chosen = [options] { return check_command(*options); }; });
}

} // namespace leadline
