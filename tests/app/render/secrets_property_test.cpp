#include "analyzers/analyze.hpp"
#include "analyzers/catalog/catalog.hpp"
#include "app/render/github.hpp"
#include "app/render/html.hpp"
#include "app/render/json.hpp"
#include "app/render/junit.hpp"
#include "app/render/markdown.hpp"
#include "app/render/rdjson.hpp"
#include "app/render/sarif_json.hpp"
#include "app/render/split_markdown.hpp"
#include "app/render/split_script.hpp"
#include "app/render/split_text.hpp"
#include "app/render/text.hpp"
#include "base/text.hpp"
#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

#include <cctype>
#include <functional>
#include <map>
#include <random>
#include <set>

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

constexpr std::string_view k_base64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view k_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
constexpr std::string_view k_capitals = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
constexpr std::string_view k_hex = "0123456789abcdef";

std::string random_text(std::mt19937& random, std::string_view alphabet, std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) {
    text += alphabet[random() % alphabet.size()];
  }
  return text;
}

// What must not be seen, and the text in which it stands.
struct Planted {
  std::string secret;
  std::string text;
};

// Put together from parts, so that no scanner takes this file for a leak.
Planted plant(std::mt19937& random, int kind) {
  const auto letters = [&](std::size_t size) { return random_text(random, k_letters, size); };
  std::string secret;
  switch (kind) {
  case 0:
    secret = std::string("AK") + "IA" + random_text(random, k_capitals, 16);
    return {secret, secret};
  case 1:
    secret = std::string("gh") + (random() % 2 == 0 ? "p_" : "s_") + letters(36);
    return {secret, secret};
  case 2:
    secret = std::string("github") + "_pat_" + letters(22) + "_" + letters(59);
    return {secret, secret};
  case 3:
    secret = std::string("xo") + "xb-" + random_text(random, "0123456789", 12) + "-" + letters(24);
    return {secret, secret};
  case 4:
    secret = letters(20);
    return {secret, std::string("ey") + "JhbGciOiJIUzI1NiJ9." + letters(30) + "." + secret};
  case 5:
    secret = letters(12);
    return {secret, "postgres://app:" + secret + "@db.example:5432/app"};
  case 6: // 32 bytes
    secret = random_text(random, k_base64, 43);
    return {secret, secret + "="};
  case 7:
    secret = random_text(random, k_hex, 40 + random() % 25);
    return {secret, secret};
  default:
    secret = letters(40);
    return {secret, std::string("-----BEGIN PRIVATE") + " KEY-----\\n" + secret +
                        "\\n-----END PRIVATE" + " KEY-----"};
  }
}
constexpr int k_kinds = 9;

std::map<std::string, std::string> outputs_of(const Report& report) {
  RunContext run;
  run.repository = "octo-org/shop";
  run.pull_number = 7;
  run.head_sha = "2f6c0a9e4d7b81305c64a1e9f0d2b3c4a5968778";
  run.reason = "opened";
  const CheckTexts check = check_texts(report, run);
  std::string comments = sticky_comment(report, run).value_or("");
  for (const Finding& finding : report.findings) {
    comments += inline_comment(finding);
  }
  std::string parts = split_answer(report, run, SplitPush::allowed);
  std::string messages;
  std::vector<SplitPart> pushed;
  for (std::size_t i = 0; i < report.split.groups.size(); ++i) {
    parts += split_pull_title(report, run, i) + split_pull_body(report, run, i, 3);
    messages += split_commit_message(report, i) + split_name(report.split, i);
    pushed.push_back({split_name(report.split, i), 4, ""});
  }
  return {{"split at GitHub", parts + split_pushed_answer(report, run, pushed, {})},
          {"split messages", messages},
          {"split folder", split_readme(report) + split_script(report)},
          {"split text", split_text(report, "split/")},
          {"json", render_json(report)},
          {"text", render_text(report, {false, 200})},
          {"markdown", render_markdown(report)},
          {"sarif", render_sarif(report)},
          {"rdjson", render_rdjson(report)},
          {"junit", render_junit(report, Policy{})},
          {"html", render_html(report)},
          {"check", check.title + check.summary + check.text},
          {"comments", comments}};
}

// A file whose settings are all judged: the secrets stand where people put them.
std::string file_with(const std::vector<std::string>& texts, int size) {
  std::string file = "db:\n  pool_size: " + std::to_string(size) + "\n";
  file += "  password: \"" + texts[0] + "\"\n";                  // a value, by its key
  file += "  endpoint: \"" + texts[1] + "\"\n";                  // a value, by its shape
  file += "  hosts:\n    - \"" + texts[2] + "\"\n    - plain\n"; // an item of a list
  file += "  limits:\n    \"" + texts[3] + "\": " + std::to_string(size) + "\n";  // a key
  file += "  max_connections: " + std::to_string(size) + " # " + texts[4] + "\n"; // a comment
  file += "  tls_verify: " + std::string(size > 10 ? "true" : "false") + " # " + texts[5] + "\n";
  file += "  command: \"serve --url " + texts[6] + " --threads " + std::to_string(size) + "\"\n";
  return file;
}

// Whether a redactor can tell the secret from other values, which json and html list.
enum class Known { yes, no };

// Where people write the same secret again and again: "^" stands for it.
struct Place {
  std::string path;
  std::string before;
  std::string with_secret;
  Known known = Known::yes;
};
const std::vector<Place> k_places = {
    {"app.properties", "x=1\n", "x=1\ndb.password=^\n"},
    {"app.properties", "x=1\n", "x=1\n# db.password=^\n"},
    {"app.properties", "x=1\n", "x=1\ndb.password=^\\\n  ^=x\n"},
    {"app.env", "X=1\n", "X=1\nDB_PASSWORD=^\n"},
    {"app.ini", "[db]\nhost = db\n", "[db]\nhost = db\npassword = ^\n"},
    {"app.yaml", "db:\n  host: db\n", "db:\n  host: db\n  password: \"^\"\n"},
    {"app.yaml", "a: b\n", "a: b\nnote: |\n  the password is\n  ^\n", Known::no},
    {"app.yaml", "db:\n  host: db\n", "db:\n  host: db # it is ^\n"},
    {"app.yaml", "url: x\n", "url: postgres://app:^@db.example:5432/app\n"},
    {"app.py", "import db\n", "import db\npassword = \"^\"\ndb.connect(password)\n"},
    {"app.py", "import db\n", "import db\ndb.connect(\"app\", \"^\")  # not ^\n", Known::no},
    {"app.py", "\"\"\"\nOne.\n\"\"\"\n", "\"\"\"\nOne.\nUse\n ^\n and see.\n\"\"\"\n"},
    {"app.sh", "set -e\n", "set -e\nexport DB_PASSWORD=^\ncurl -u app:^ https://example.test\n"},
    {"app.sh", "cat <<EOF\nx\nEOF\n", "cat <<EOF\nx\npassword ^\n^\nEOF\n"},
    {"app.tf", "locals {}\n", "locals {\n  db_password = \"^\"\n}\n"},
    {"app.tf", "locals {}\n", "locals {\n  data = <<EOF\nDB_PASSWORD=^\n ^\nEOF\n}\n"},
    {"app.sql", "select 1;\n", "select 1;\nALTER ROLE app PASSWORD '^'; -- ^\n"},
    {"app.js", "let a;\n", "let a;\n// the password is ^\nlogin(`^`);\n"},
    {"credentials", "a\n", "a\n^\n"},
};

// In three to nine folders, beside others of its kind, one risky line and much else.
Report report_with(const Place& place, const std::string& secret, int files) {
  const auto planted = [&](const std::string& with) {
    std::string text;
    for (const char c : place.with_secret) {
      text += c == '^' ? with : std::string(1, c);
    }
    return text;
  };
  ChangeBuilder builder;
  builder.file("deploy/pgbouncer.ini", "[pgbouncer]\nmax_client_conn = 200\n",
               "[pgbouncer]\nmax_client_conn = 20\n");
  for (int i = 0; i < files; ++i) {
    builder.file(std::string(1, static_cast<char>('a' + i)) + "/" + place.path, place.before,
                 planted(secret));
  }
  for (int i = 0; i < 4; ++i) {
    builder.file(std::string("z") + std::to_string(i) + "/other" + place.path, place.before,
                 planted("Else" + std::to_string(i * 7717) + "Where"));
  }
  std::string code = "a = 1\n";
  std::string log = "level: info\n";
  for (int i = 0; i < 150; ++i) {
    code += "def f" + std::to_string(i) + "(x):\n    return x\n";
    log += "key" + std::to_string(i) + ": " + std::to_string(i) + "\n";
  }
  builder.file("src/big.py", "a = 1\n", code);
  builder.file("logging/log.yaml", "level: info\n", log);
  return analyze(builder.changes, builder, {}, Catalog::built_in());
}

// The secret, and what stands between its signs and its changes of case, in small letters.
std::set<std::string> pieces_of(const std::string& secret) {
  constexpr std::size_t k_telling = 6;
  std::set<std::string> pieces = {to_lower(secret)};
  std::string runs; // parts that a sign ends
  std::string part; // parts that a capital ends
  const auto end = [&](std::string& piece) {
    if (piece.size() >= k_telling) {
      pieces.insert(to_lower(piece));
    }
    piece.clear();
  };
  char before = ' ';
  for (const char c : secret + " ") {
    const bool sign = std::isalnum(static_cast<unsigned char>(c)) == 0;
    const bool capital = std::isupper(static_cast<unsigned char>(c)) != 0 &&
                         std::isupper(static_cast<unsigned char>(before)) == 0;
    if (sign || capital) {
      end(part);
    }
    if (sign) {
      end(runs);
    } else {
      part += c;
      runs += c;
    }
    before = c;
  }
  return pieces;
}

} // namespace

TEST_CASE("no output repeats a planted secret, wherever it stands", "[secrets]") {
  std::mt19937 random(20240229);
  for (int round = 0; round < 60; ++round) {
    std::vector<std::string> secrets;
    const auto some = [&] {
      std::vector<std::string> texts;
      for (int place = 0; place < 7; ++place) {
        const Planted planted = plant(random, (round + place) % k_kinds);
        secrets.push_back(planted.secret);
        texts.push_back(planted.text);
      }
      return texts;
    };
    ChangeBuilder builder;
    builder.file("deploy/app.yaml", file_with(some(), 200), file_with(some(), 2));
    const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
    REQUIRE_FALSE(report.findings.empty());
    for (const auto& [format, output] : outputs_of(report)) {
      const std::string shown = to_lower(output);
      for (const std::string& secret : secrets) {
        CAPTURE(round, format, secret);
        // Nor a part that would tell the rest.
        CHECK(shown.find(to_lower(secret.substr(0, 16))) == std::string::npos);
      }
    }
  }
}

TEST_CASE("the password of one setting is hidden in every other text", "[secrets]") {
  ChangeBuilder builder;
  const std::string password = "tulip-Harbour-77";
  builder.file("deploy/app.yaml",
               "db:\n  password: one-Old-66\n  pool_size: 200\n  " + password + ": 1\n",
               "db:\n  password: " + password + "\n  pool_size: 20\n  " + password +
                   ": 2\n  note: use " + password + " here\n  loud: " + "TULIP-HARBOUR-77" + "\n");
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  for (const auto& [format, output] : outputs_of(report)) {
    CAPTURE(format);
    CHECK(to_lower(output).find(to_lower(password)) == std::string::npos);
    CHECK(output.find("one-Old-66") == std::string::npos);
  }
}

TEST_CASE("no part of a secret is left where a title is cut", "[secrets]") {
  const std::string password = "tulip-Harbour-Lighthouse-77-Quay";
  for (std::size_t before = 0; before < 80; ++before) {
    const std::string path = std::string(before, 'a') + password;
    ChangeBuilder builder;
    builder.file("deploy/production/app.yaml",
                 "password: one-Old-66\nbackend_url: https://live.example.com/" + path + "/x\n",
                 "password: " + password + "\nbackend_url: https://dev.example.com/" + path +
                     "/y\n");
    const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
    REQUIRE_FALSE(report.findings.empty());
    for (const auto& [format, output] : outputs_of(report)) {
      const std::string shown = to_lower(output);
      CAPTURE(before, format);
      CHECK(shown.find("tulip-") == std::string::npos);
      CHECK(shown.find("lighthouse") == std::string::npos);
    }
  }
}

TEST_CASE("a secret of several files is in no output, not in small letters nor in pieces",
          "[secrets]") {
  const std::vector<std::string> secrets = {"9F86D081884C7D659A2FEAA0C55AD015",
                                            "hunter2hunter2Sup3r!", "Tulip-Harbour-SeventySeven7",
                                            "correcthorsebatterystaple", "Qzxvw7Kplm3TrdY9bnH"};
  std::size_t groups = 0;
  for (std::size_t place = 0; place < k_places.size(); ++place) {
    for (std::size_t i = 0; i < secrets.size(); ++i) {
      const int files = 3 + static_cast<int>((place + i) % 7);
      const Report report = report_with(k_places[place], secrets[i], files);
      groups += report.split.groups.size();
      for (const auto& [format, output] : outputs_of(report)) {
        if (k_places[place].known == Known::no && (format == "json" || format == "html")) {
          continue;
        }
        const std::string shown = to_lower(output);
        for (const std::string& piece : pieces_of(secrets[i])) {
          CAPTURE(k_places[place].with_secret, files, format, piece);
          CHECK(shown.find(piece) == std::string::npos);
        }
      }
    }
  }
  CHECK(groups > 2 * k_places.size() * secrets.size()); // there were names to be made
}

TEST_CASE("digests, commit ids and UUIDs stay readable", "[secrets]") {
  ChangeBuilder builder;
  const std::string sha = "6a7fbbe1c2d3e4f5061728394a5b6c7d8e9f0a1b";
  const std::string digest = "3ae76cfa24419ecbaf071abf39aa11bb22cc33dd44ee55ff6677889900aabbcc";
  const std::string uuid = "123e4567-e89b-12d3-a456-426614174000";
  builder.file("deploy/app.yaml", "image:\n  digest: sha256:00\n  rev: a\nid: b\nuses: c\n",
               "image:\n  digest: sha256:" + digest + "\n  rev: " + sha + "\nid: " + uuid +
                   "\nuses: actions/checkout@" + sha + "\n");
  const std::string json = render_json(analyze(builder.changes, builder, {}, Catalog::built_in()));
  CHECK(json.find("\"sha256:" + digest + "\"") != std::string::npos);
  CHECK(json.find("\"" + sha + "\"") != std::string::npos);
  CHECK(json.find("\"" + uuid + "\"") != std::string::npos);
  CHECK(json.find("\"actions/checkout@" + sha + "\"") != std::string::npos);
}

TEST_CASE("a value is copied up to its bound, and says how long it is", "[secrets]") {
  ChangeBuilder builder;
  const std::string endless(500'000, 'x');
  builder.file("deploy/app.yaml", "motd: short\n" + endless.substr(0, 9000) + ": 1\n",
               "motd: " + endless + "\n" + endless.substr(0, 9000) + ": 2\n");
  const std::string json = render_json(analyze(builder.changes, builder, {}, Catalog::built_in()));
  CHECK(json.size() < 30'000);
  CHECK(json.find("... (500000 bytes)") != std::string::npos);
}
