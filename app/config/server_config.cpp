#include "app/config/server_config.hpp"

#include "app/config/private_key.hpp"
#include "app/store/postgres_address.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <unistd.h>

#include <algorithm>

namespace leadline {
namespace {

bool is_path_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_' || c == '.' || c == '/';
}

class Reader {
public:
  explicit Reader(const Environment& environment) : m_variables(environment) {}

  ServerConfig read() {
    ServerConfig config;
    read_app_id(config);
    config.private_key = read_private_key(m_variables, config.warnings);
    read_secrets(config);
    read_api(config);
    read_public_url(config);
    read_link_secrets(config);
    read_address(config);
    read_metrics_address(config);
    read_urls(config);
    read_data(config);
    read_log(config);
    read_jobs(config);
    m_variables.require_no_mistake();
    return config;
  }

  DatabaseConfig read_database() {
    ServerConfig config;
    read_data(config);
    m_variables.require_no_mistake();
    return {config.database_url, config.store_options};
  }

private:
  void read_app_id(ServerConfig& config) {
    config.app_id = value("APP_ID").value_or("");
    const bool clean = std::all_of(config.app_id.begin(), config.app_id.end(),
                                   [](char c) { return is_path_character(c) && c != '/'; });
    if (config.app_id.empty()) {
      mistake("APP_ID", "is not set: the number or client id of the GitHub App");
    } else if (!clean || config.app_id.size() > 100) {
      mistake("APP_ID", "\"" + config.app_id + "\" is neither a number nor a client id");
    }
  }

  void read_secrets(ServerConfig& config) {
    if (!value("WEBHOOK_SECRET")) {
      mistake("WEBHOOK_SECRET", "is not set: without it nobody could tell a forged delivery");
    }
    config.webhook_secrets = m_variables.long_secrets("WEBHOOK_SECRET", "secret");
  }

  void read_api(ServerConfig& config) {
    config.api_tokens = m_variables.long_secrets("LEADLINE_API_TOKEN", "token");
  }

  void read_link_secrets(ServerConfig& config) {
    config.link_secrets = m_variables.long_secrets("LEADLINE_LINK_KEY", "key");
    if (!value("LEADLINE_LINK_KEY") && !config.public_url.empty()) {
      config.link_secrets = config.webhook_secrets;
    }
  }

  void read_public_url(ServerConfig& config) {
    const std::string text = value("LEADLINE_PUBLIC_URL").value_or("");
    const auto parts = parse_url(text);
    if (text.empty()) {
      return;
    }
    const bool plain = parts && text.find_first_of("?#@()<>[]\"'` ") == std::string::npos;
    if (!plain || (parts->scheme != "https" && !is_loopback(parts->host))) {
      mistake("LEADLINE_PUBLIC_URL", "\"" + text + "\" is no https address without a query");
      return;
    }
    config.public_url = text.substr(0, text.find_last_not_of('/') + 1);
  }

  void read_jobs(ServerConfig& config) {
    const std::string role = value("LEADLINE_ROLE").value_or("all");
    if (const auto parsed = parse_server_role(role)) {
      config.role = *parsed;
    } else {
      mistake("LEADLINE_ROLE", "\"" + role + "\" is none of web, worker, all");
    }
    config.max_attempts = number("LEADLINE_MAX_ATTEMPTS", 1, 100, config.max_attempts);
    config.first_retry = std::chrono::milliseconds(number(
        "LEADLINE_RETRY_BASE_MS", 1, 3'600'000, static_cast<int>(config.first_retry.count())));
    config.workers = number("LEADLINE_WORKERS", 1, 256, config.workers);
    config.job_time = std::chrono::seconds(
        number("LEADLINE_JOB_SECONDS", 1, 86'400, static_cast<int>(config.job_time.count())));
    config.git_cache_bytes =
        m_variables.mebibytes("LEADLINE_GIT_CACHE_MB", 100, 1'000'000'000, config.git_cache_bytes);
    config.job_memory_bytes =
        m_variables.mebibytes("LEADLINE_JOB_MEMORY_MB", 64, 1'048'576, config.job_memory_bytes);
  }

  void read_address(ServerConfig& config) {
    config.host = value("HOST").value_or(config.host);
    config.port = number("PORT", 0, 65535, config.port);
    config.webhook_path = value("WEBHOOK_PATH").value_or(config.webhook_path);
    // One delivery may have 25 MB.
    config.intake_memory_bytes =
        m_variables.mebibytes("LEADLINE_INTAKE_MEMORY_MB", 32, 65'536, config.intake_memory_bytes);
    config.drain_time = std::chrono::seconds(
        number("LEADLINE_DRAIN_SECONDS", 0, 600, static_cast<int>(config.drain_time.count())));
    const std::string& path = config.webhook_path;
    if (path.front() != '/' || path.size() < 2 || path.size() > 200 ||
        !std::all_of(path.begin(), path.end(), is_path_character)) {
      mistake("WEBHOOK_PATH", "\"" + path + "\" is no path of letters, digits and \"-_./\"");
    } else if (path == "/healthz" || path == "/readyz" || path == "/metrics" ||
               path == "/api/audit" || path == "/report") {
      mistake("WEBHOOK_PATH", "\"" + path + "\" is taken");
    }
  }

  void read_metrics_address(ServerConfig& config) {
    constexpr const char* k_port = "LEADLINE_METRICS_PORT";
    const auto host = value("LEADLINE_METRICS_HOST");
    config.metrics_host = host.value_or(config.metrics_host);
    if (!value(k_port)) {
      if (host) {
        mistake("LEADLINE_METRICS_HOST", "is set without LEADLINE_METRICS_PORT");
      }
      return;
    }
    config.metrics_port = number(k_port, 0, 65535, 0);
    if (config.metrics_port != 0 && config.metrics_port == config.port) {
      mistake(k_port, std::to_string(config.port) + " is PORT already");
    }
  }

  void read_urls(ServerConfig& config) {
    try {
      config.urls = ApiUrls::from(value("GITHUB_API_URL").value_or(""),
                                  value("GITHUB_GRAPHQL_URL").value_or(""),
                                  value("GITHUB_SERVER_URL").value_or(""));
    } catch (const Error& e) {
      m_variables.mistake_line(e.what());
    }
  }

  void read_data(ServerConfig& config) {
    if (const auto data = value("LEADLINE_DATA")) {
      config.data_folder = *data;
    } else if (const auto state = value("STATE_DIRECTORY")) {
      config.data_folder = std::string(split(*state, ':').front());
    } else if (::geteuid() == 0) {
      config.data_folder = "/var/lib/leadline";
    } else if (const auto xdg = value("XDG_DATA_HOME")) {
      config.data_folder = *xdg + "/leadline";
    } else if (const auto home = value("HOME")) {
      config.data_folder = *home + "/.local/share/leadline";
    } else {
      mistake("LEADLINE_DATA", "is not set, nor are XDG_DATA_HOME and HOME: a folder for the data");
    }
    config.database_url =
        value("DATABASE_URL").value_or("sqlite:" + config.data_folder + "/leadline.sqlite");
    read_database_options(config);
  }

  void read_database_options(ServerConfig& config) {
    constexpr int k_most_connections = 100; // PostgreSQL's own default for all its users together
    StoreOptions& options = config.store_options;
    options.connections =
        static_cast<std::size_t>(number("LEADLINE_DATABASE_CONNECTIONS", 1, k_most_connections,
                                        static_cast<int>(options.connections)));
    const std::string unverified = value("LEADLINE_DATABASE_UNVERIFIED").value_or("no");
    if (unverified != "yes" && unverified != "no") {
      mistake("LEADLINE_DATABASE_UNVERIFIED", "\"" + unverified + "\" is neither yes nor no");
    }
    options.unverified = unverified == "yes";
    const std::string& url = config.database_url;
    if (url.starts_with("sqlite:")) {
      return;
    }
    if (!url.starts_with("postgresql://") && !url.starts_with("postgres://")) {
      mistake("DATABASE_URL", "starts with neither sqlite: nor postgresql://");
      return;
    }
    try {
      check_postgres_address(url, options.unverified);
    } catch (const Error& e) {
      mistake("DATABASE_URL", e.what());
    }
  }

  void read_log(ServerConfig& config) {
    config.log.level = to_lower(value("LOG_LEVEL").value_or(config.log.level));
    if (!is_log_level(config.log.level)) {
      mistake("LOG_LEVEL",
              "\"" + config.log.level + "\" is none of trace, debug, info, warn, error, off");
    }
    const std::string format = to_lower(value("LOG_FORMAT").value_or("text"));
    if (format != "text" && format != "json") {
      mistake("LOG_FORMAT", "\"" + format + "\" is neither text nor json");
    }
    config.log.format = format == "json" ? LogFormat::json : LogFormat::text;
  }

  std::optional<std::string> value(const char* name) const { return m_variables.value(name); }
  int number(const char* name, int least, int most, int fallback) {
    return m_variables.number(name, least, most, fallback);
  }
  void mistake(std::string_view name, const std::string& problem) {
    m_variables.mistake(name, problem);
  }

  Variables m_variables;
};

} // namespace

std::string_view name_of(ServerRole role) {
  switch (role) {
  case ServerRole::web:
    return "web";
  case ServerRole::worker:
    return "worker";
  case ServerRole::all:
    return "all";
  }
  return "all";
}

std::optional<ServerRole> parse_server_role(std::string_view name) {
  for (const ServerRole role : {ServerRole::web, ServerRole::worker, ServerRole::all}) {
    if (name == name_of(role)) {
      return role;
    }
  }
  return std::nullopt;
}

ServerConfig read_server_config(const Environment& environment) {
  return Reader(environment).read();
}

DatabaseConfig read_database_config(const Environment& environment) {
  return Reader(environment).read_database();
}

void require_shared_database(const ServerConfig& config) {
  if (config.role != ServerRole::all && config.database_url.starts_with("sqlite:")) {
    throw Error(ErrorKind::bad_input,
                "the role " + std::string(name_of(config.role)) +
                    " needs a DATABASE_URL of PostgreSQL, which the other role shares; a server "
                    "with a SQLite file does all by itself");
  }
}

} // namespace leadline
