#include "analyzers/analyze.hpp"

#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

std::vector<Finding> duplicates(const std::string& path, const std::string& before,
                                const std::string& after) {
  ChangeBuilder builder;
  builder.file(path, before, after);
  Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  std::erase_if(report.findings,
                [](const Finding& finding) { return finding.rule != "duplicate.key"; });
  return report.findings;
}

} // namespace

TEST_CASE("a second line with a tenth of the value is as grave as the change", "[duplicates]") {
  struct Row {
    std::string what, path, before, after;
    Severity severity;
  };
  for (const Row& row : {
           Row{"the catalogue knows it", "pgbouncer.ini", "[pgbouncer]\nmax_client_conn = 200\n",
               "[pgbouncer]\nmax_client_conn = 200\nmax_client_conn = 180\n", Severity::high},
           Row{"a pool by its words, a tenth", "app.yaml", "db:\n  acme_pool_size: 200\n",
               "db:\n  acme_pool_size: 200\n  acme_pool_size: 20\n", Severity::high},
           Row{"a protection that goes off", "app.json", "{\n  \"verify_ssl\": true\n}\n",
               "{\n  \"verify_ssl\": true,\n  \"verify_ssl\": false\n}\n", Severity::high},
           Row{"nothing that is known", "app.ini", "colour = red\n",
               "colour = red\ncolour = blue\n", Severity::medium},
           Row{"a line that the later one overrides", "app.yaml", "db:\n  acme_pool_size: 200\n",
               "db:\n  acme_pool_size: 20\n  acme_pool_size: 200\n", Severity::medium},
       }) {
    CAPTURE(row.what);
    const std::vector<Finding> found = duplicates(row.path, row.before, row.after);
    REQUIRE(found.size() == 1);
    CHECK(found[0].severity == row.severity);
  }
}

TEST_CASE("which of two lines counts is the program's to say", "[duplicates]") {
  struct Row {
    std::string what, path, before, after;
    std::optional<Severity> severity; // nullopt: no duplicate
  };
  const std::string ssh = "PasswordAuthentication no\nX11Forwarding no\n";
  for (const Row& row : {
           Row{"PostgreSQL takes the last", "postgresql.conf", "max_connections = 300\nport = 1\n",
               "max_connections = 300\nport = 1\nmax_connections = 30\n", Severity::high},
           Row{"a value that nobody reads", "postgresql.conf", "max_connections = 300\nport = 1\n",
               "max_connections = 30\nmax_connections = 300\nport = 1\n", Severity::medium},
           Row{"Redis takes the last", "redis.conf", "appendonly yes\ntimeout 1\n",
               "appendonly yes\ntimeout 1\nappendonly no\n", Severity::high},
           Row{"Redis saves more than once", "redis.conf", "save 900 1\ntimeout 1\n",
               "save 900 1\ntimeout 1\nsave 300 10\n", std::nullopt},
           Row{"sshd takes the first", "sshd_config", ssh, "PasswordAuthentication yes\n" + ssh,
               Severity::high},
           Row{"sshd reads no further", "sshd_config", ssh, ssh + "PasswordAuthentication yes\n",
               Severity::medium},
           Row{"a block of its own", "sshd_config", ssh,
               ssh + "Match User ops\n  PasswordAuthentication yes\n", std::nullopt},
           Row{"two ports", "sshd_config", "Port 22\n" + ssh, "Port 22\nPort 2222\n" + ssh,
               std::nullopt},
           Row{"sysctl", "etc/sysctl.d/90-till.conf", "net.core.somaxconn = 4096\na.b = 1\n",
               "net.core.somaxconn = 4096\na.b = 1\nnet.core.somaxconn = 128\n", Severity::high},
           Row{"who may log in", "pg_hba.conf", "host a b 10.0.0.0/8 scram-sha-256\n",
               "host a b 10.0.0.0/8 scram-sha-256\nhost a b 10.0.0.0/8 cert\n", std::nullopt},
       }) {
    CAPTURE(row.what);
    const std::vector<Finding> found = duplicates(row.path, row.before, row.after);
    REQUIRE(found.size() == (row.severity ? 1 : 0));
    if (row.severity) {
      CHECK(found[0].severity == *row.severity);
    }
  }
}

TEST_CASE("keys that repeat all over a file are the format's way", "[duplicates]") {
  const auto pairs = [](int count) {
    std::string text;
    for (int i = 0; i < count; ++i) {
      const std::string key = "key_" + std::to_string(i);
      text += key + " = 1\n" + key + " = 2\n";
    }
    return text;
  };
  CHECK(duplicates("a.ini", "first = 1\n", "first = 1\n" + pairs(2)).size() == 2);
  CHECK(duplicates("a.ini", "first = 1\n", "first = 1\n" + pairs(20)).empty());
  // Blocks of one shape, in a language that nobody here reads.
  const std::string host = "{ pkgs, ... }:\n{\n  a = {\n    enable = true;\n    port = 1;\n  };\n";
  CHECK(duplicates("modules/a.nix", host + "}\n",
                   host + "  b = {\n    enable = false;\n    port = 2;\n  };\n}\n")
            .empty());
  // What only looks like INI may be anything.
  const std::string sniffed = "[a]\nsize_x = 1\nsize_y = 3\n";
  CHECK(duplicates("settings.ini", sniffed, sniffed + "size_y = 4\n").size() == 1);
  CHECK(duplicates("settings.acme", sniffed, sniffed + "size_y = 4\n").empty());
}
