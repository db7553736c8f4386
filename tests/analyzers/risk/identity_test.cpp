// What a finding is known by, and what an acknowledgement is bound to with it.
#include "analyzers/risk/identity.hpp"

#include "analyzers/analyze.hpp"
#include "base/digest.hpp"
#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <vector>

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

std::vector<Finding> findings(const std::string& path, const std::string& before,
                              const std::string& after, const Policy& policy = {}) {
  ChangeBuilder builder;
  builder.file(path, before, after);
  return analyze(builder.changes, builder, policy, Catalog::built_in()).findings;
}

Finding only(const std::vector<Finding>& all) {
  REQUIRE(all.size() == 1);
  return all.front();
}

std::string deployment(const std::string& name, int replicas) {
  return "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: " + name +
         "\nspec:\n  replicas: " + std::to_string(replicas) + "\n";
}

std::string both(const std::string& first, const std::string& second) {
  return first + "---\n" + second;
}

std::string server(const std::string& name, const std::string& protocols) {
  return "  server {\n    listen 443 ssl;\n    server_name " + name + ";\n    ssl_protocols " +
         protocols + ";\n  }\n";
}

std::string policy_of(const std::string& head, const std::string& tail) {
  return "add_header Content-Security-Policy \"" + head + tail + "\";\n";
}

} // namespace

TEST_CASE("a line that was made to have the short id of a setting has another one", "[identity]") {
  ChangeBuilder builder;
  builder.file("a/p250189/pgbouncer.ini", "[pgbouncer]\nmax_client_conn = 200\n",
               "[pgbouncer]\nmax_client_conn = 20\n");
  builder.file("m.py", "a = 1\n", "a = 1\nx\u200B = 28560623\n");
  const std::vector<Finding> all =
      analyze(builder.changes, builder, Policy(), Catalog::built_in()).findings;
  REQUIRE(all.size() == 2);
  std::set<std::string> first_digits;
  std::set<std::string> ids;
  for (const Finding& finding : all) {
    first_digits.insert(id_of(finding.digest));
    ids.insert(finding.id);
    CHECK(finding.digest.find(finding.id.substr(3)) != std::string::npos);
  }
  CHECK(first_digits == std::set<std::string>{"LL-aebdcf4e9034"});
  CHECK(ids.size() == 2);
  CHECK(ids.count("LL-aebdcf4e9034") == 1);
}

TEST_CASE("findings that are equal in all keep one id", "[identity]") {
  Finding finding;
  finding.rule = "conflict";
  identify(finding, {.new_value = "<<<<<<<"});
  std::vector<Finding> same{finding, finding};
  tell_ids_apart(same, {finding});
  CHECK(same[0].id == finding.id);
  CHECK(same[1].id == finding.id);
}

TEST_CASE("a line that is added to another Kubernetes object is another finding", "[identity]") {
  const auto pod = [](const std::string& name, bool host) {
    return "apiVersion: v1\nkind: Pod\nmetadata:\n  name: " + name + "\nspec:\n" +
           (host ? "  hostNetwork: true\n" : "") + "  containers: []\n";
  };
  const std::string base = both(pod("debug", false), pod("payments", false));
  const Finding debug =
      only(findings("all.yaml", base, both(pod("debug", true), pod("payments", false))));
  const Finding payments =
      only(findings("all.yaml", base, both(pod("debug", false), pod("payments", true))));
  CHECK(debug.setting->place == "Pod/debug");
  CHECK(payments.digest != debug.digest);
}

TEST_CASE("many equal findings are told apart without trying all numbers for each", "[identity]") {
  const auto pools = [](const std::string& value) {
    std::string text = "[";
    for (int i = 0; i < 3000; ++i) {
      text += std::string(i == 0 ? "" : ",") + "{\"max_connections\":" + value + "}";
    }
    return text + "]\n";
  };
  std::set<std::string> ids;
  const std::vector<Finding> found = findings("pools.json", pools("200"), pools("20"));
  for (const Finding& finding : found) {
    ids.insert(finding.digest);
  }
  CHECK(ids.size() == found.size());
}

TEST_CASE("the same change of another Kubernetes object is another finding", "[identity]") {
  const std::string base = both(deployment("batch", 10), deployment("payments", 10));
  const Finding batch =
      only(findings("all.yaml", base, both(deployment("batch", 1), deployment("payments", 10))));
  const Finding payments =
      only(findings("all.yaml", base, both(deployment("batch", 10), deployment("payments", 1))));
  REQUIRE(batch.setting);
  CHECK(batch.setting->key == "spec.replicas");
  CHECK(batch.setting->place == "Deployment/batch");
  CHECK(payments.setting->key == batch.setting->key);
  CHECK(batch.id != payments.id);
  CHECK(batch.digest != payments.digest);
  REQUIRE_FALSE(batch.reasons.empty());
  CHECK(batch.reasons[0] == "one of several in the file: Deployment/batch");

  // Each keeps what it is called by where both change, and where others come before it.
  std::set<std::string> ids;
  for (const Finding& finding :
       findings("all.yaml", base, both(deployment("batch", 1), deployment("payments", 1)))) {
    ids.insert(finding.id);
  }
  CHECK(ids == std::set<std::string>{batch.id, payments.id});
  const std::string more = deployment("first", 5);
  CHECK(only(findings("all.yaml", both(more, base),
                      both(more, both(deployment("batch", 1), deployment("payments", 10)))))
            .digest == batch.digest);
  // To call the other one by its name is no way around it.
  const Finding renamed =
      only(findings("all.yaml", base, both(deployment("payments", 1), deployment("batch", 10))));
  CHECK(renamed.digest != batch.digest);
  CHECK(renamed.digest != payments.digest);
}

TEST_CASE("the same change of another server is another finding", "[identity]") {
  const std::string good = "TLSv1.2 TLSv1.3";
  const std::string bad = "TLSv1 TLSv1.2";
  const auto config = [&](const std::string& a, const std::string& b) {
    return "http {\n" + server("a.org", a) + server("b.org", b) + "}\n";
  };
  const Finding a = only(findings("nginx.conf", config(good, good), config(bad, good)));
  const Finding b = only(findings("nginx.conf", config(good, good), config(good, bad)));
  CHECK(a.setting->key == b.setting->key);
  CHECK(a.digest != b.digest);
  CHECK(b.setting->place == "server_name b.org listen 443 ssl");
}

TEST_CASE("of blocks without a name another one is another finding", "[identity]") {
  const auto config = [](int a, int b) {
    const auto pool = [](int size) {
      return "<pool>\n<maxActive>" + std::to_string(size) + "</maxActive>\n</pool>\n";
    };
    return "<config>\n" + pool(a) + pool(b) + "</config>\n";
  };
  const Finding first = only(findings("pool.xml", config(200, 200), config(20, 200)));
  const Finding second = only(findings("pool.xml", config(200, 200), config(200, 20)));
  CHECK(first.digest != second.digest);
}

TEST_CASE("the id of a finding is the start of its digest, and of what stands once as it was",
          "[identity]") {
  using namespace std::string_literals;
  const Finding finding = only(findings("pgbouncer.ini", "[pgbouncer]\nmax_client_conn = 200\n",
                                        "[pgbouncer]\nmax_client_conn = 20\n"));
  CHECK(finding.digest == sha256_hex(finding.rule + "\0pgbouncer.ini\0pgbouncer.max_client_conn\0"s
                                                    "200\0"s
                                                    "20\0"s));
  CHECK(finding.id == "LL-" + finding.digest.substr(0, 12));
  CHECK(finding.setting->place.empty());
  CHECK_FALSE(finding.secret);
}

TEST_CASE("lines that were made to share a short id are two findings", "[identity]") {
  const Finding one =
      only(findings("src/pay.py", "a = 1\n", "a = 1\ncaf\u200Be = 1  # note 3438687\n"));
  const Finding other = only(findings(
      "src/pay.py", "a = 1\n", "a = 1\nif role != 'admin\u200B': grant()  # note 20887994\n"));
  CHECK(one.id == "LL-6ef7284cec8d");
  CHECK(other.id == one.id);
  CHECK(other.digest != one.digest);
}

TEST_CASE("what a report cuts off a value is a part of what the finding is about", "[identity]") {
  std::string hosts = "img-src *; script-src";
  for (int i = 0; i < 100; ++i) {
    hosts += " https://host" + std::to_string(i) + ".example.org";
  }
  const std::string before = policy_of("default-src 'self'; " + hosts, " https://a.org");
  const auto after = [&](const std::string& tail) {
    return only(findings("nginx.conf", before, policy_of("default-src *; " + hosts, tail)));
  };
  const Finding one = after(" https://abc.org");
  const Finding other = after(" * data: blob: ;");
  REQUIRE(one.setting->new_value->size() < hosts.size());
  CHECK(one.setting->new_value == other.setting->new_value);
  CHECK(one.digest != other.digest);
  CHECK(one.id != other.id);
  CHECK_FALSE(one.secret);
  const Finding secret = after(" https://u:Pa55w0rdOfAHost@a.org");
  CHECK(secret.setting->new_value->find("[redacted]") == std::string::npos);
  CHECK(secret.secret);
}

TEST_CASE("no secret is a part of what a finding is known by", "[identity]") {
  const auto made = [](const std::string& secret) {
    return findings("redis.conf", "requirepass " + secret + "\n# x\nbind 127.0.0.1\n",
                    "requirepass \"\"\n# x\nbind 0.0.0.0\n");
  };
  const auto one = made("S3cretLongOne");
  const auto other = made("An0therSecret");
  REQUIRE_FALSE(one.empty());
  REQUIRE(one.size() == other.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    CHECK(one[i].digest == other[i].digest);
  }
}

TEST_CASE("bytes of one part of a finding cannot pass for those of the next", "[identity]") {
  using namespace std::string_literals;
  const auto digest = [](const Identity& identity) { return digest_of("r", "p", identity); };
  const std::vector<Identity> all = {
      {.key = "k", .old_value = "a", .new_value = "b"},
      {.key = "k", .old_value = "a\0b"s, .new_value = ""},
      {.key = "k\0a"s, .old_value = "b", .new_value = ""},
      {.key = "k", .old_value = "a\1\2b"s, .new_value = ""},
      {.key = "k", .old_value = "a", .new_value = "b", .new_place = "x"},
      {.key = "k", .old_value = "a", .new_value = "b", .old_place = "x"},
      {.key = "k", .old_value = "a", .new_value = "b\0\1p\0x\0"s},
      {.key = "k", .old_value = "a", .new_value = "b", .related = identity_part("x")},
      {.key = "k", .old_value = "a", .new_value = "b", .repeat = 1},
      {.key = "k", .old_value = "a", .new_value = "b\0"s + "1"},
  };
  std::set<std::string> digests;
  for (const Identity& identity : all) {
    digests.insert(digest(identity));
  }
  CHECK(digests.size() == all.size());
}
