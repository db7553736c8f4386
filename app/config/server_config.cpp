#include "app/config/server_config.hpp"

#include "app/store/postgres_address.hpp"
#include "base/error.hpp"
#include "base/handle.hpp"
#include "base/text.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <cstring>

namespace leadline {
namespace {

constexpr std::size_t k_max_key_bytes = 64UL * 1024;
constexpr std::size_t k_shortest_secret = 20; // guessing takes too long from here on

bool is_path_character(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
         c == '_' || c == '.' || c == '/';
}

std::string with_line_ends(std::string_view text) {
  std::string lines;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at, 2) == "\\n") {
      lines += '\n';
      ++at;
    } else {
      lines += text[at];
    }
  }
  return lines;
}

std::optional<std::string> from_base64(std::string_view text) {
  std::string packed;
  std::copy_if(text.begin(), text.end(), std::back_inserter(packed),
               [](char c) { return c != '\n' && c != '\r' && c != ' '; });
  std::string bytes(packed.size() / 4 * 3, '\0');
  const int size = packed.empty() || packed.size() % 4 != 0
                       ? -1
                       : EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                         reinterpret_cast<const unsigned char*>(packed.data()),
                                         static_cast<int>(packed.size()));
  ERR_clear_error();
  return size < 0 ? std::nullopt : std::optional(bytes.substr(0, bytes.find('\0')));
}

bool is_rsa_private_key(const std::string& pem) {
  using Bio = Handle<BIO, BIO_free_all>;
  using Key = Handle<EVP_PKEY, EVP_PKEY_free>;
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  // No password prompt: an encrypted key is refused.
  const auto no_password = [](char*, int, int, void*) { return 0; };
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  return key && EVP_PKEY_base_id(key.get()) == EVP_PKEY_RSA;
}

class Reader {
public:
  explicit Reader(const Environment& environment) : m_environment(environment) {}

  ServerConfig read() {
    ServerConfig config;
    read_app_id(config);
    read_private_key(config);
    read_secrets(config);
    read_api(config);
    read_public_url(config);
    read_link_secrets(config);
    read_address(config);
    read_urls(config);
    read_data(config);
    read_log(config);
    read_jobs(config);
    require_no_mistake();
    return config;
  }

  DatabaseConfig read_database() {
    ServerConfig config;
    read_data(config);
    require_no_mistake();
    return {config.database_url, config.store_options};
  }

private:
  void require_no_mistake() const {
    if (!m_mistakes.empty()) {
      throw Error(ErrorKind::bad_input, "the configuration has mistakes:" + m_mistakes);
    }
  }

  std::optional<std::string> value(const char* name) const {
    std::optional<std::string> found = m_environment(name);
    return found && !found->empty() ? found : std::nullopt;
  }

  void mistake(std::string_view name, const std::string& problem) {
    m_mistakes += "\n  " + std::string(name) + ": " + problem;
  }

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

  void read_private_key(ServerConfig& config) {
    const auto key = value("PRIVATE_KEY");
    const auto path = value("PRIVATE_KEY_PATH");
    if (!key && !path) {
      mistake("PRIVATE_KEY_PATH", "is not set, nor is PRIVATE_KEY: the PEM file of the GitHub App");
      return;
    }
    if (key && path) {
      mistake("PRIVATE_KEY_PATH", "and PRIVATE_KEY are both set: keep one");
      return;
    }
    if (path) {
      if (const auto pem = read_key_file(config, *path)) {
        take_key(config, "PRIVATE_KEY_PATH", *pem, "\"" + *path + "\" holds");
      }
      return;
    }
    std::string pem = with_line_ends(*key);
    if (pem.find("-----BEGIN") == std::string::npos) {
      pem = from_base64(pem).value_or("");
    }
    take_key(config, "PRIVATE_KEY", pem, "is");
  }

  void take_key(ServerConfig& config, std::string_view name, const std::string& pem,
                const std::string& where) {
    if (is_rsa_private_key(pem)) {
      config.private_key = Secret(pem);
    } else {
      mistake(name, where + " no RSA private key in PEM without a password");
    }
  }

  std::optional<std::string> read_key_file(ServerConfig& config, const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct stat status {};
    if (file < 0 || ::fstat(file, &status) != 0) {
      mistake("PRIVATE_KEY_PATH", "\"" + path + "\": " + std::strerror(errno));
      if (file >= 0) {
        ::close(file);
      }
      return std::nullopt;
    }
    std::optional<std::string> pem = checked_content(path, file, status);
    if (pem && status.st_uid != 0 && ::geteuid() == 0) {
      config.warnings.push_back("PRIVATE_KEY_PATH: \"" + path + "\" belongs to user " +
                                std::to_string(status.st_uid) +
                                ", who can read and replace it: chown it to root");
    }
    ::close(file);
    return pem;
  }

  std::optional<std::string> checked_content(const std::string& path, int file,
                                             const struct stat& status) {
    if (!S_ISREG(status.st_mode)) {
      mistake("PRIVATE_KEY_PATH", "\"" + path + "\" is no regular file");
      return std::nullopt;
    }
    if (status.st_uid != 0 && status.st_uid != ::geteuid() && ::geteuid() != 0) {
      mistake("PRIVATE_KEY_PATH", "\"" + path + "\" belongs to another user: chown it");
      return std::nullopt;
    }
    // Kubernetes mounts a secret as root's and lets the pod's group read it.
    const bool mounted = status.st_uid == 0 && ::geteuid() != 0;
    const mode_t refused = mounted ? 0037U : 0077U;
    if ((status.st_mode & refused) != 0) {
      mistake("PRIVATE_KEY_PATH", "\"" + path + "\" may be read by others: chmod 600 it");
      return std::nullopt;
    }
    std::string pem(k_max_key_bytes + 1, '\0');
    const ssize_t size = ::read(file, pem.data(), pem.size());
    if (size < 0 || static_cast<std::size_t>(size) > k_max_key_bytes) {
      mistake("PRIVATE_KEY_PATH", "\"" + path + "\" cannot be read or is too large");
      return std::nullopt;
    }
    pem.resize(static_cast<std::size_t>(size));
    return pem;
  }

  void read_secrets(ServerConfig& config) {
    const std::string list = value("WEBHOOK_SECRET").value_or("");
    if (list.empty()) {
      mistake("WEBHOOK_SECRET", "is not set: without it nobody could tell a forged delivery");
      return;
    }
    for (const std::string_view secret : split(list, ',')) {
      if (trim(secret).empty()) {
        mistake("WEBHOOK_SECRET", "has an empty secret between its commas");
        return;
      }
      config.webhook_secrets.emplace_back(std::string(trim(secret)));
    }
  }

  // Of a list whose items are too long to be guessed; empty where it is not set or is a mistake.
  std::vector<Secret> long_secrets(const char* name, const char* what) {
    std::vector<Secret> secrets;
    const std::string list = value(name).value_or("");
    for (const std::string_view item : split(list, ',')) {
      const std::string_view text = trim(item);
      if (!list.empty() && text.size() < k_shortest_secret) {
        mistake(name, std::string("has a ") + what + " of less than 20 characters");
        return {};
      }
      if (!list.empty()) {
        secrets.emplace_back(std::string(text));
      }
    }
    return secrets;
  }

  void read_api(ServerConfig& config) {
    config.api_tokens = long_secrets("LEADLINE_API_TOKEN", "token");
  }

  void read_link_secrets(ServerConfig& config) {
    config.link_secrets = long_secrets("LEADLINE_LINK_KEY", "key");
    if (!config.link_secrets.empty() || value("LEADLINE_LINK_KEY") || config.public_url.empty()) {
      return;
    }
    for (const Secret& secret : config.webhook_secrets) {
      if (secret.reveal().size() < k_shortest_secret) {
        mistake(
            "LEADLINE_PUBLIC_URL",
            "links would be signed by a WEBHOOK_SECRET of less than 20 characters, which whoever "
            "has a link could guess: set LEADLINE_LINK_KEY, or take a longer secret");
        return;
      }
    }
    config.link_secrets = config.webhook_secrets;
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

  // The variable as a number; `fallback` when it is not set or is a mistake.
  int number(const char* name, int least, int most, int fallback) {
    const auto text = value(name);
    if (!text) {
      return fallback;
    }
    int read = 0;
    const auto [end, failed] = std::from_chars(text->data(), text->data() + text->size(), read);
    if (failed != std::errc() || end != text->data() + text->size() || read < least ||
        read > most) {
      mistake(name,
              "\"" + *text + "\" is not in " + std::to_string(least) + ".." + std::to_string(most));
      return fallback;
    }
    return read;
  }

  std::size_t mebibytes(const char* name, int least, int most, std::size_t fallback_bytes) {
    constexpr std::size_t k_mebibyte = 1UL << 20U;
    return k_mebibyte * static_cast<std::size_t>(number(
                            name, least, most, static_cast<int>(fallback_bytes / k_mebibyte)));
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
    config.job_memory_bytes =
        mebibytes("LEADLINE_JOB_MEMORY_MB", 64, 1'048'576, config.job_memory_bytes);
  }

  void read_address(ServerConfig& config) {
    config.host = value("HOST").value_or(config.host);
    config.port = number("PORT", 0, 65535, config.port);
    config.webhook_path = value("WEBHOOK_PATH").value_or(config.webhook_path);
    // One delivery may have 25 MB.
    config.intake_memory_bytes =
        mebibytes("LEADLINE_INTAKE_MEMORY_MB", 32, 65'536, config.intake_memory_bytes);
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

  void read_urls(ServerConfig& config) {
    try {
      config.urls = ApiUrls::from(value("GITHUB_API_URL").value_or(""),
                                  value("GITHUB_GRAPHQL_URL").value_or(""),
                                  value("GITHUB_SERVER_URL").value_or(""));
    } catch (const Error& e) {
      m_mistakes += "\n  " + std::string(e.what());
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

  const Environment& m_environment;
  std::string m_mistakes;
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

Environment process_environment() {
  return [](const char* name) -> std::optional<std::string> {
    const char* value =
        std::getenv(name); // NOLINT(concurrency-mt-unsafe): read before threads start
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
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
