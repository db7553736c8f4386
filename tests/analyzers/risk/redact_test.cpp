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
  CHECK(redactor.value(key("credentials"), "insecure.NewCredentials()") ==
        "insecure.NewCredentials()");
  CHECK(redactor.value(key("credentials"), "open.Sesame()") == k_redacted);
  CHECK(redactor.text("ops ALL=(ALL) NOPASSWD: ALL") == "ops ALL=(ALL) NOPASSWD: ALL");
  CHECK(redactor.text("repo_passwd: sesame9") == "repo_passwd: [redacted]");
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

TEST_CASE("a word of credentials counts where the value looks like one", "[redact]") {
  const Redactor redactor({});
  const auto shown = [&](const std::string& name, const std::string& value) {
    return redactor.value(key(name), value);
  };
  CHECK(shown("Authorization", "Basic dXNlcjpodW50ZXIy") == k_redacted);
  CHECK(shown("bearer", "f3a9c1d7") == k_redacted);
  CHECK(shown("Set-Cookie", "session=abc; Path=/") == k_redacted);
  CHECK(shown("cookie", "sid=abc") == k_redacted);
  CHECK(shown("pw", "abc") == k_redacted);
  CHECK(shown("authorization", "enabled") == "enabled");
  CHECK(shown("authorization-mode", "Node,RBAC") == "Node,RBAC");
  CHECK(shown("cookie", "SERVERID insert indirect nocache") == "SERVERID insert indirect nocache");
  CHECK(shown("cookie_secure", "false") == "false");
  CHECK(shown("session_cookie_samesite", "strict") == "strict");
}

TEST_CASE("words that were written together are secrets, too", "[redact]") {
  const Redactor redactor({});
  for (const std::string name :
       {"dbpassword", "requirepass", "clientsecret", "bindpw", "accountKey", "mysqlpasswd"}) {
    CAPTURE(name);
    CHECK(redactor.is_secret_key(key(name)));
  }
  for (const std::string name : {"proxy_pass", "fastcgi_pass", "compass", "dbpassword_file",
                                 "token_bucket", "automount_token_mount"}) {
    CAPTURE(name);
    CHECK_FALSE(redactor.is_secret_key(key(name)));
  }
}

TEST_CASE("passwords in URLs may hold any sign", "[redact]") {
  const Redactor redactor({});
  for (const std::string password : {"hunter2", "p@ss", "pa$$w0rd", "a/b", "12345", "1:2"}) {
    CAPTURE(password);
    const std::string shown = redactor.text("amqp://app:" + password + "@mq:5672/v");
    CHECK(shown == "amqp://[redacted]@mq:5672/v");
  }
  for (const std::string text :
       {"http://db:5432/app@v2", "https://host:80/a/b@c", "ssh://git@host/x",
        "postgres://{{ user }}:{{ password }}@db/app"}) {
    CHECK(redactor.text(text) == text);
  }
}

TEST_CASE("names are no random strings", "[redact]") {
  const Redactor redactor({});
  for (const std::string text :
       {"ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-CHACHA20-POLY1305", "TLS_AES_128_GCM_SHA256",
        "org.springframework.security.oauth2.client.OAuth2AuthorizedClientProvider2",
        "terminationGracePeriodSeconds30ForStatefulSets", "/var/lib/Kubernetes/pki/etcd/Server1",
        "hikariConnectionPoolMaximumSize20", "2024-05-17T10:20:30Z"}) {
    CHECK(redactor.text(text) == text);
  }
}

TEST_CASE("a digest is readable where something calls it one", "[redact]") {
  const Redactor redactor({});
  const std::string hex = "6a7fbbe1c2d3e4f5061728394a5b6c7d8e9f0a1b";
  for (const std::string& text : {"app@sha256:" + hex, "actions/checkout@" + hex, "commit " + hex,
                                  "https://example.org/archive/" + hex + ".tar.gz"}) {
    CHECK(redactor.text(text) == text);
  }
  CHECK(redactor.value(key("checksum"), hex) == hex);
  CHECK(redactor.value(key("seed"), hex) == k_redacted);
  CHECK(redactor.value(key("api_key"), hex) == k_redacted);
}

TEST_CASE("a long value ends at its bound without half a secret", "[redact]") {
  const Redactor redactor({});
  const std::string aws = std::string("AKIA") + "IOSFODNN7EXAMPLE";
  for (std::size_t before = k_longest_value - 25; before < k_longest_value + 5; ++before) {
    const std::string value =
        std::string(before - 1, 'x') + " " + aws + " " + std::string(20'000, 'y');
    const std::string shown = redactor.value(key("note"), value);
    CHECK(shown.find("AKIA") == std::string::npos);
    CHECK(shown.size() < k_longest_value + 40);
    CHECK(shown.ends_with(" bytes)"));
  }
  const std::string fits(k_longest_value, 'x');
  CHECK(redactor.value(key("note"), fits) == fits);
}
