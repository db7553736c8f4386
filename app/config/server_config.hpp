#pragma once

#include "app/config/variables.hpp"
#include "app/github/api_urls.hpp"
#include "app/log.hpp"
#include "app/store/store_options.hpp"
#include "base/secret.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// web: receives deliveries. worker: does their jobs, and the chores. all: both.
enum class ServerRole { web, worker, all };
std::string_view name_of(ServerRole role);
std::optional<ServerRole> parse_server_role(std::string_view name);

// The server's configuration, from the environment (names as the ecosystem has them).
struct ServerConfig {
  std::string app_id; // APP_ID: the number or the client id
  Secret private_key; // PRIVATE_KEY (PEM, with real or written "\n", or base64 of it) or
                      // PRIVATE_KEY_PATH
  // WEBHOOK_SECRET: comma-separated while one is being rotated; at least 20 characters each
  std::vector<Secret> webhook_secrets;
  std::string webhook_path = "/api/github/webhooks"; // WEBHOOK_PATH
  std::string host = "127.0.0.1";                    // HOST
  int port = 3000;                                   // PORT; 0 takes a free one
  std::string metrics_host = "127.0.0.1";            // LEADLINE_METRICS_HOST
  // LEADLINE_METRICS_PORT: /metrics is there and not at `port`; 0 takes a free one
  std::optional<int> metrics_port;
  std::vector<Secret> api_tokens; // LEADLINE_API_TOKEN: as WEBHOOK_SECRET; none: no API
  std::string public_url; // LEADLINE_PUBLIC_URL: where browsers reach this server; "" not known
  // LEADLINE_LINK_KEY: as WEBHOOK_SECRET; without it the webhook's secrets, where there is a
  // public_url: what links to reports are signed by. At least 20 characters each.
  std::vector<Secret> link_secrets;
  std::size_t intake_memory_bytes = 64UL << 20U; // LEADLINE_INTAKE_MEMORY_MB: bodies of requests
  std::chrono::seconds drain_time{1}; // LEADLINE_DRAIN_SECONDS: not ready, but still listening
  ApiUrls urls;                       // GITHUB_API_URL, GITHUB_GRAPHQL_URL, GITHUB_SERVER_URL
  std::string data_folder;            // LEADLINE_DATA
  std::string database_url;           // DATABASE_URL
  // LEADLINE_DATABASE_CONNECTIONS, LEADLINE_DATABASE_UNVERIFIED
  StoreOptions store_options;
  LogOptions log;                    // LOG_LEVEL, LOG_FORMAT
  std::vector<std::string> warnings; // of what is allowed and hardly meant
  ServerRole role = ServerRole::all; // LEADLINE_ROLE
  int max_attempts = 16;             // LEADLINE_MAX_ATTEMPTS: tries of a job before it is given up
  std::chrono::milliseconds first_retry{5'000}; // LEADLINE_RETRY_BASE_MS; doubles with each try
  int workers = 0;                    // LEADLINE_WORKERS: jobs at a time; 0: by the number of cores
  std::chrono::seconds job_time{900}; // LEADLINE_JOB_SECONDS: of one try
  std::size_t job_memory_bytes = 1024UL << 20; // LEADLINE_JOB_MEMORY_MB: of one try
  // LEADLINE_GIT_CACHE_MB: what all clones may take on the disk, but those in use
  std::uint64_t git_cache_bytes = 10'240ULL << 20;
};

// Without LEADLINE_DATA the data is at /var/lib/leadline for root and for services of systemd that
// have it as STATE_DIRECTORY, else at $XDG_DATA_HOME/leadline, else at $HOME/.local/share/leadline.
// A key file that others may read is refused. Throws Error(bad_input) that lists every mistake,
// each on its line as `NAME: problem`; values of secrets are never quoted.
ServerConfig read_server_config(const Environment& environment);

// The database as read_server_config finds it, for commands that need nothing else of the server.
// Throws Error(bad_input).
struct DatabaseConfig {
  std::string url;
  StoreOptions options;
};
DatabaseConfig read_database_config(const Environment& environment);

// Receiver and worker share a database that both can reach; a file is one server's. Throws
// Error(bad_input). Apart from reading, as the command line may name another role.
void require_shared_database(const ServerConfig& config);

} // namespace leadline
