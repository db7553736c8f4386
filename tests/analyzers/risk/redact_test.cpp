#include "analyzers/risk/redact.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

namespace {

KeyPath key(const std::string& name) { return KeyPath{{name}}; }

} // namespace

TEST_CASE("secrets are known by the words of their key", "[redact]") {
  const Redactor redactor({"my_vault_pin"});
  for (const std::string name :
       {"password", "DB_PASSWORD", "dbPassword", "api_key", "apiKey", "client-secret", "auth_token",
        "private_key", "AWS_SECRET_ACCESS_KEY", "my_vault_pin"}) {
    CAPTURE(name);
    CHECK(redactor.value(key(name), "hunter2") == k_redacted);
  }
  for (const std::string name : {"password_min_length", "token_ttl", "secret_name",
                                 "max_client_conn", "key_path", "tokenizer", "compass_mode"}) {
    CAPTURE(name);
    CHECK(redactor.value(key(name), "3600") == "3600");
  }
  CHECK(redactor.is_secret_key(KeyPath{{"env[DB_PASSWORD]", "value"}}));
}

TEST_CASE("references to secrets stay readable", "[redact]") {
  const Redactor redactor({});
  for (const std::string value :
       {"{{ vault_password }}", "${DB_PASSWORD}", "/etc/ssl/private/a.key", "true", ""}) {
    CHECK(redactor.value(key("password"), value) == value);
  }
}

TEST_CASE("secrets are known by their shape wherever they stand", "[redact]") {
  const Redactor redactor({});
  // Put together here, so that no scanner takes this file for a leak.
  const std::string aws = std::string("AKIA") + "IOSFODNN7EXAMPLE";
  const std::string github = std::string("ghp_") + "abcdefghijklmnopqrstuvwxyz0123456789";
  const std::string jwt =
      std::string("eyJhbGciOiJIUzI1NiJ9") + ".eyJzdWIiOiIxMjM0In0" + ".c2lnbmF0dXJl";
  const std::string random = std::string("Zx8Kq2Lm9Pw4") + "Rt7Yv3Bn6Hs1Dj5Fg0";
  for (const std::string& secret : {aws, github, jwt, random}) {
    CAPTURE(secret);
    CHECK(redactor.text("x = " + secret + ";").find(secret) == std::string::npos);
  }
  CHECK(redactor.text("postgres://app:hunter2@db:5432/app?pool_size=5") ==
        "postgres://[redacted]@db:5432/app?pool_size=5");
  CHECK(redactor.text("run --password=hunter2 --port 80") == "run --password=[redacted] --port 80");
  const std::string pem =
      std::string("-----BEGIN RSA PRIVATE") + " KEY-----\nabc\n-----END RSA PRIVATE KEY-----";
  CHECK(redactor.text(pem).find("abc") == std::string::npos);
  for (const std::string text :
       {"http://db:5432/app",
        "sha256:3ae76cfa24419ecbaf071abf39aa11bb22cc33dd44ee55ff6677889900aabbcc",
        "registry.example/team/some-long-image-name-2024:v1.2.3", "max_client_conn = 20"}) {
    CHECK(redactor.text(text) == text);
  }
}
