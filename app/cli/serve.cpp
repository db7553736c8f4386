#include "app/cli/serve.hpp"

#include "app/cli/streams.hpp"
#include "app/config/server_config.hpp"
#include "app/log.hpp"
#include "app/serve.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <spdlog/logger.h>

#include <memory>

namespace leadline {
namespace {

constexpr const char* k_footer = R"(Environment:
  APP_ID               number or client id of the GitHub App (required)
  PRIVATE_KEY_PATH     its private key, a PEM file that only you can read;
  PRIVATE_KEY          or the PEM itself, or base64 of it (one of both is required)
  WEBHOOK_SECRET       its webhook secret, at least 20 characters; several with commas while one
                       is replaced (required)
  WEBHOOK_PATH         where GitHub delivers to          [/api/github/webhooks]
  HOST, PORT           where to listen                   [127.0.0.1, 3000]
  LEADLINE_API_TOKEN   opens GET /api/audit; several with commas while one is replaced  [closed]
  LEADLINE_PUBLIC_URL  https address of this server for browsers: checks link to /report there
  LEADLINE_LINK_KEY    signs those links; several with commas while one is replaced
                       [a key derived from WEBHOOK_SECRET]
  GITHUB_API_URL       REST address of a GitHub Enterprise Server, https://HOST/api/v3
  GITHUB_GRAPHQL_URL, GITHUB_SERVER_URL                  where they do not follow from it
  LEADLINE_DATA        folder of the database and the Git cache
                       [/var/lib/leadline as root, else ~/.local/share/leadline]
  DATABASE_URL         sqlite:PATH or postgresql://...   [sqlite: below LEADLINE_DATA]
                       on another machine with ?sslmode=verify-full
  LEADLINE_DATABASE_UNVERIFIED   yes: PostgreSQL need not prove by a certificate who it is  [no]
  LEADLINE_DATABASE_CONNECTIONS  to PostgreSQL at a time                     [10]
  LOG_LEVEL            trace, debug, info, warn, error, off                  [info]
  LOG_FORMAT           text or json                                          [text]
  LEADLINE_MAX_ATTEMPTS, LEADLINE_RETRY_BASE_MS          tries of a job, and the wait after the
                       first, which doubles up to 15 minutes                 [16, 5000]
  LEADLINE_METRICS_HOST, LEADLINE_METRICS_PORT           /metrics is there, and not at PORT
                       [127.0.0.1, at PORT]
  LEADLINE_INTAKE_MEMORY_MB                              for requests as they arrive   [64]
  LEADLINE_DRAIN_SECONDS                                 not ready, but still listening,
                       before a stop                                         [1]
  LEADLINE_ROLE        web, worker or all; the first two share a PostgreSQL   [all]
  LEADLINE_WORKERS     jobs at a time                    [two for each core, 4 to 16]
  LEADLINE_JOB_SECONDS, LEADLINE_JOB_MEMORY_MB           what one try may take  [900, 1024]
  LEADLINE_GIT_CACHE_MB  what the clones may take on the disk                [10240]
  HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE                   as everywhere

Paths beside WEBHOOK_PATH: /healthz (the process lives), /readyz (a delivery can be stored),
/metrics (Prometheus), and as configured /api/audit and /report.)";

} // namespace

int run_serve(const ServeOptions& options) {
  ServerConfig config = read_server_config(process_environment());
  config.host = options.host.value_or(config.host);
  config.port = options.port.value_or(config.port);
  config.role = options.role ? *parse_server_role(*options.role) : config.role;
  require_shared_database(config);
  if (options.check) {
    write_output("", fmt::format("App {} at {}\nlistens on http://{}:{}{}\ndata in {}\n",
                                 config.app_id, config.urls.rest, config.host, config.port,
                                 config.webhook_path, config.data_folder));
    return k_exit_pass;
  }
  const auto logger = make_logger(config.log);
  return serve(config, *logger);
}

void add_serve(CLI::App& program, Action& chosen) {
  const auto options = std::make_shared<ServeOptions>();
  CLI::App* const command =
      program.add_subcommand("serve", "Serve as a GitHub App: receive deliveries, report on pull "
                                      "requests; configured by the environment");
  command->add_option("--host", options->host, "Address to listen on (HOST)");
  command->add_option("--port", options->port, "Port to listen on (PORT); 0 takes a free one")
      ->check(CLI::Range(0, 65535));
  command
      ->add_option("--role", options->role,
                   "What this process does (LEADLINE_ROLE): web receives deliveries, worker does "
                   "the jobs, all does both")
      ->check(CLI::IsMember({"web", "worker", "all"}));
  command->add_flag("--check", options->check, "Only read the configuration and say what it is");
  command->footer(k_footer);
  command->callback([&chosen, options] { chosen = [options] { return run_serve(*options); }; });
}

} // namespace leadline
