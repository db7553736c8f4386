#include "app/config/server_config.hpp"

#include "base/error.hpp"
#include "tests/support/temporary_folder.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

using namespace leadline;

namespace {

using Values = std::map<std::string, std::string>;

struct Key {
  tests::TemporaryFolder folder;
  std::string path = (folder.path() / "key.pem").string();
  std::string pem;

  Key() {
    const std::string make = "openssl genrsa -out " + path + " 2048 2> /dev/null";
    REQUIRE(std::system(make.c_str()) == 0);
    ::chmod(path.c_str(), 0600);
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    pem = text.str();
  }
};

Values good(const Key& key) {
  return {{"APP_ID", "12345"},
          {"PRIVATE_KEY_PATH", key.path},
          {"WEBHOOK_SECRET", "a-webhook-secret-of-32-letters-x"},
          {"LEADLINE_DATA", "/data"}};
}

ServerConfig read(const Values& variables) {
  return read_server_config([&](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  });
}

std::string mistakes(const Values& variables) {
  try {
    read(variables);
  } catch (const Error& e) {
    CHECK(e.kind() == ErrorKind::bad_input);
    return e.what();
  }
  return "no mistake";
}

std::string replaced(std::string text, const std::string& what, const std::string& with) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += with.size()) {
    text.replace(at, what.size(), with);
  }
  return text;
}

} // namespace

TEST_CASE("three variables are enough and the rest has defaults", "[server_config]") {
  const Key key;
  const ServerConfig config = read(good(key));
  CHECK(config.app_id == "12345");
  CHECK(config.private_key.reveal() == key.pem);
  REQUIRE(config.webhook_secrets.size() == 1);
  CHECK(config.webhook_path == "/api/github/webhooks");
  CHECK(config.host == "127.0.0.1");
  CHECK(config.port == 3000);
  CHECK(config.urls == ApiUrls());
  CHECK(config.database_url == "sqlite:/data/leadline.sqlite");
  CHECK(config.git_cache_bytes == 10ULL << 30);
  CHECK(config.log.level == "info");
  CHECK(config.log.format == LogFormat::text);
}

TEST_CASE("every variable is read", "[server_config]") {
  const Key key;
  Values variables = good(key);
  variables["WEBHOOK_SECRET"] = "new-secret-of-20-letters, old-secret-of-20-letters";
  variables["WEBHOOK_PATH"] = "/hooks";
  variables["HOST"] = "0.0.0.0";
  variables["PORT"] = "8080";
  variables["GITHUB_API_URL"] = "https://ghe.example/api/v3";
  variables["DATABASE_URL"] = "postgresql://u:p@db/leadline?sslmode=verify-full";
  variables["LEADLINE_MAX_ATTEMPTS"] = "4";
  variables["LEADLINE_RETRY_BASE_MS"] = "200";
  variables["LOG_LEVEL"] = "DEBUG";
  variables["LOG_FORMAT"] = "json";
  const ServerConfig config = read(variables);
  REQUIRE(config.webhook_secrets.size() == 2);
  CHECK(config.webhook_secrets[1].reveal() == "old-secret-of-20-letters");
  CHECK(config.webhook_path == "/hooks");
  CHECK(config.host == "0.0.0.0");
  CHECK(config.port == 8080);
  CHECK(config.urls.server == "https://ghe.example");
  CHECK(config.database_url == "postgresql://u:p@db/leadline?sslmode=verify-full");
  CHECK(config.max_attempts == 4);
  CHECK(config.first_retry == std::chrono::milliseconds(200));
  CHECK(config.log.level == "debug");
  CHECK(config.log.format == LogFormat::json);
}

TEST_CASE("a private key may come as PEM, with written line ends, or in base64",
          "[server_config]") {
  const Key key;
  Values variables = good(key);
  variables.erase("PRIVATE_KEY_PATH");
  variables["PRIVATE_KEY"] = key.pem;
  CHECK(read(variables).private_key.reveal() == key.pem);
  variables["PRIVATE_KEY"] = replaced(key.pem, "\n", "\\n");
  CHECK(read(variables).private_key.reveal() == key.pem);
  const std::string encoded = key.path + ".b64";
  REQUIRE(std::system(("base64 " + key.path + " > " + encoded).c_str()) == 0);
  std::ostringstream text;
  text << std::ifstream(encoded).rdbuf();
  variables["PRIVATE_KEY"] = text.str();
  CHECK(read(variables).private_key.reveal() == key.pem);
}

TEST_CASE("a webhook secret that could be guessed is refused and not told", "[server_config]") {
  const Key key;
  Values variables = good(key);
  for (const char* secret :
       {"hunter2", "hunter2-of-19-chars", "a-secret-of-20-letters,hunter2",
        "a-secret-of-20-letters,", ",a-secret-of-20-letters", "  hunter2                     "}) {
    CAPTURE(secret);
    variables["WEBHOOK_SECRET"] = secret;
    const std::string text = mistakes(variables);
    CHECK(text.find("WEBHOOK_SECRET: has a secret of less than 20 characters") !=
          std::string::npos);
    CHECK(text.find("hunter2") == std::string::npos);
    CHECK(text.find("letters") == std::string::npos);
  }
  variables["WEBHOOK_SECRET"] = "hunter2-of-20-chars-";
  CHECK(mistakes(variables) == "no mistake");
}

TEST_CASE("the metrics get a port of their own where one is named", "[server_config]") {
  const Key key;
  Values variables = good(key);
  CHECK_FALSE(read(variables).metrics_port);
  variables["LEADLINE_METRICS_PORT"] = "9464";
  CHECK(read(variables).metrics_port == 9464);
  CHECK(read(variables).metrics_host == "127.0.0.1");
  variables["LEADLINE_METRICS_HOST"] = "0.0.0.0";
  CHECK(read(variables).metrics_host == "0.0.0.0");
  variables["LEADLINE_METRICS_PORT"] = "3000";
  CHECK(mistakes(variables).find("LEADLINE_METRICS_PORT: 3000 is PORT already") !=
        std::string::npos);
  variables["LEADLINE_METRICS_PORT"] = "none";
  CHECK(mistakes(variables).find("LEADLINE_METRICS_PORT: \"none\"") != std::string::npos);
  variables.erase("LEADLINE_METRICS_PORT");
  CHECK(mistakes(variables).find("LEADLINE_METRICS_HOST: is set without") != std::string::npos);
}

TEST_CASE("all mistakes are listed at once", "[server_config]") {
  const std::string text = mistakes({{"PORT", "80 80"},
                                     {"WEBHOOK_PATH", "hooks"},
                                     {"LOG_LEVEL", "loud"},
                                     {"LOG_FORMAT", "xml"},
                                     {"GITHUB_API_URL", "http://ghe.example"},
                                     {"DATABASE_URL", "mysql://user:hunter2@db"},
                                     {"LEADLINE_DATA", "/data"}});
  CAPTURE(text);
  for (const char* expected :
       {"APP_ID: is not set", "PRIVATE_KEY_PATH: is not set", "WEBHOOK_SECRET: is not set",
        "PORT: \"80 80\" is not in 0..65535", "WEBHOOK_PATH: \"hooks\"", "LOG_LEVEL: \"loud\"",
        "LOG_FORMAT: \"xml\"", "GITHUB_API_URL", "DATABASE_URL: starts with neither"}) {
    CAPTURE(expected);
    CHECK(text.find(expected) != std::string::npos);
  }
  CHECK(text.find("hunter2") == std::string::npos);
}

TEST_CASE("a key that others may read, or that is none, is refused", "[server_config]") {
  const Key key;
  const Values variables = good(key);
  struct Row {
    mode_t mode;
    const char* expected;
  };
  const std::string loose =
      "PRIVATE_KEY_PATH: \"" + key.path + "\" may be read by others: chmod 600 it";
  for (const mode_t mode : {0644U, 0640U, 0660U, 0604U, 0601U}) {
    CAPTURE(mode);
    ::chmod(key.path.c_str(), mode);
    CHECK(mistakes(variables).find(loose) != std::string::npos);
  }
  ::chmod(key.path.c_str(), 0400);
  CHECK(mistakes(variables) == "no mistake");

  Values wrong = variables;
  wrong["PRIVATE_KEY_PATH"] = key.path + ".missing";
  CHECK(mistakes(wrong).find("No such file") != std::string::npos);
  wrong["PRIVATE_KEY_PATH"] = "/dev/null";
  CHECK(mistakes(wrong).find("is no regular file") != std::string::npos);
  wrong["PRIVATE_KEY"] = key.pem;
  CHECK(mistakes(wrong).find("are both set") != std::string::npos);
  wrong.erase("PRIVATE_KEY_PATH");
  wrong["PRIVATE_KEY"] = "hunter2";
  const std::string text = mistakes(wrong);
  CHECK(text.find("PRIVATE_KEY: is no RSA private key") != std::string::npos);
  CHECK(text.find("hunter2") == std::string::npos);
}

TEST_CASE("without LEADLINE_DATA the data goes where the user's data is", "[server_config]") {
  const Key key;
  Values variables = good(key);
  variables.erase("LEADLINE_DATA");
  variables["XDG_DATA_HOME"] = "/home/me/data";
  const bool root = ::geteuid() == 0;
  CHECK(read(variables).data_folder == (root ? "/var/lib/leadline" : "/home/me/data/leadline"));
  variables["STATE_DIRECTORY"] = "/var/lib/private/leadline";
  CHECK(read(variables).data_folder == "/var/lib/private/leadline");
}

TEST_CASE("the API and the public address are off until they are configured, and checked",
          "[server_config]") {
  const Key key;
  Values variables = good(key);
  CHECK(read(variables).api_tokens.empty());
  CHECK(read(variables).public_url.empty());
  variables["WEBHOOK_SECRET"] = "a-secret-of-20-letters";
  variables["LEADLINE_API_TOKEN"] = "a-token-of-20-letters, another-of-20-letters";
  variables["LEADLINE_PUBLIC_URL"] = "https://leadline.example:8443/app/";
  const ServerConfig config = read(variables);
  REQUIRE(config.api_tokens.size() == 2);
  CHECK(config.api_tokens[1].reveal() == "another-of-20-letters");
  CHECK(config.public_url == "https://leadline.example:8443/app");
  variables["LEADLINE_PUBLIC_URL"] = "http://127.0.0.1:3000";
  CHECK(read(variables).public_url == "http://127.0.0.1:3000");
  for (const char* url : {"http://leadline.example", "leadline.example", "https://u:p@l.example",
                          "https://l.example/?a=b", "https://l.example/#x", "https://l.example/(x)",
                          "ftp://l.example"}) {
    CAPTURE(url);
    variables["LEADLINE_PUBLIC_URL"] = url;
    CHECK(mistakes(variables).find("LEADLINE_PUBLIC_URL: ") != std::string::npos);
  }
  variables = good(key);
  for (const char* token :
       {"short-hunter2", "a-token-of-20-letters,", "a-token-of-20-letters,hunter2"}) {
    CAPTURE(token);
    variables["LEADLINE_API_TOKEN"] = token;
    CHECK(mistakes(variables).find("LEADLINE_API_TOKEN: ") != std::string::npos);
    CHECK(mistakes(variables).find("hunter2") == std::string::npos);
  }
  variables = good(key);
  variables["LEADLINE_PUBLIC_URL"] = "https://leadline.example";
  variables["WEBHOOK_SECRET"] = "a-secret-of-20-letters";
  REQUIRE(read(variables).link_secrets.size() == 1);
  CHECK(read(variables).link_secrets[0].reveal() == "a-secret-of-20-letters");
  variables["LEADLINE_LINK_KEY"] = "a-key-of-its-own-20-letters, an-older-key-of-20-letters";
  REQUIRE(read(variables).link_secrets.size() == 2);
  CHECK(read(variables).link_secrets[0].reveal() == "a-key-of-its-own-20-letters");
  variables["LEADLINE_LINK_KEY"] = "hunter2";
  CHECK(mistakes(variables).find("LEADLINE_LINK_KEY: has a key of less than 20 characters") !=
        std::string::npos);
  variables = good(key);
  CHECK(read(variables).link_secrets.empty());
  variables["WEBHOOK_PATH"] = "/api/audit";
  CHECK(mistakes(variables).find("is taken") != std::string::npos);
}

TEST_CASE("the address of a PostgreSQL is checked and no word of it told", "[server_config]") {
  const Key key;
  Values variables = good(key);
  variables["DATABASE_URL"] = "postgresql://me:hunter2%zz@127.0.0.1/x";
  CHECK(mistakes(variables).find("DATABASE_URL: the address of PostgreSQL cannot be read") !=
        std::string::npos);
  CHECK(mistakes(variables).find("hunter2") == std::string::npos);
  variables["DATABASE_URL"] = "postgresql://me:hunter2@db.example/x";
  CHECK(mistakes(variables).find("sslmode=verify-full") != std::string::npos);
  variables["LEADLINE_DATABASE_UNVERIFIED"] = "yes";
  CHECK(read(variables).store_options.unverified);
  variables["LEADLINE_DATABASE_UNVERIFIED"] = "perhaps";
  CHECK(mistakes(variables).find("LEADLINE_DATABASE_UNVERIFIED: \"perhaps\"") != std::string::npos);
  variables["LEADLINE_DATABASE_UNVERIFIED"] = "no";
  variables["DATABASE_URL"] = "postgresql://me:hunter2@db.example/x?sslmode=verify-full";
  variables["LEADLINE_DATABASE_CONNECTIONS"] = "4";
  CHECK(read(variables).store_options.connections == 4);
  variables["LEADLINE_DATABASE_CONNECTIONS"] = "0";
  CHECK(mistakes(variables).find("LEADLINE_DATABASE_CONNECTIONS") != std::string::npos);
}

TEST_CASE("one role of two needs a database that the other one shares", "[server_config]") {
  const Key key;
  Values variables = good(key);
  for (const char* role : {"web", "worker"}) {
    variables["LEADLINE_ROLE"] = role;
    variables["DATABASE_URL"] = "";
    CHECK_THROWS_WITH(require_shared_database(read(variables)), Catch::Contains(role));
    variables["DATABASE_URL"] = "postgresql:///x";
    CHECK_NOTHROW(require_shared_database(read(variables)));
  }
  variables["LEADLINE_ROLE"] = "all";
  variables["DATABASE_URL"] = "";
  CHECK_NOTHROW(require_shared_database(read(variables)));
}

TEST_CASE("a key that belongs to somebody else is told", "[server_config]") {
  if (::geteuid() != 0) {
    return; // only root can give a file away
  }
  const Key key;
  CHECK(read(good(key)).warnings.empty());
  REQUIRE(::chown(key.path.c_str(), 65534, 65534) == 0);
  const std::vector<std::string> warnings = read(good(key)).warnings;
  REQUIRE(warnings.size() == 1);
  CHECK(warnings[0].find("belongs to user 65534") != std::string::npos);
}
