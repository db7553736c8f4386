#include "analyzers/analyze.hpp"

#include "tests/support/change_builder.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace leadline;
using leadline::test::ChangeBuilder;

namespace {

const std::string k_trojan = "if (level != \"user\u202E \u2066// admin\u2069 \u2066\") {\n";

std::vector<Finding> hidden(const std::string& path, const std::string& before,
                            const std::string& after, const Policy& policy = {}) {
  ChangeBuilder builder;
  builder.file(path, before, after);
  Report report = analyze(builder.changes, builder, policy, Catalog::built_in());
  std::erase_if(report.findings,
                [](const Finding& finding) { return !finding.rule.starts_with("hidden."); });
  return report.findings;
}

} // namespace

TEST_CASE("a line of a Trojan Source blocks the check", "[hidden_characters]") {
  ChangeBuilder builder;
  builder.file("src/auth.js", "let a = 1;\n", "let a = 1;\n" + k_trojan + "}\n");
  const Report report = analyze(builder.changes, builder, {}, Catalog::built_in());
  REQUIRE(report.findings.size() == 1);
  const Finding& finding = report.findings[0];
  CHECK(finding.rule == "hidden.reordering");
  CHECK(finding.severity == Severity::high);
  CHECK(finding.line == 2);
  CHECK(finding.side == Side::head);
  CHECK(finding.title.find("U+202E") != std::string::npos);
  CHECK(finding.title.find("\u202E") == std::string::npos);
  REQUIRE_FALSE(finding.reasons.empty());
  CHECK(finding.reasons[0].find("user<U+202E> <U+2066>// admin") != std::string::npos);
  CHECK(report.verdict.conclusion == Conclusion::failure);
}

TEST_CASE("the role of a file decides how grave what it hides is", "[hidden_characters]") {
  const std::string word = "pool_size: 2\u200B0\n";
  const std::string message = "see \U000E0049\U000E0067\U000E006E\n";
  struct Row {
    std::string path, text, expected;
  };
  for (const Row& row : {
           Row{"deploy/app.yaml", word, "medium"},
           Row{"deploy/app.yaml", "note: \"" + k_trojan.substr(17, 9) + "\"\n", "high"},
           Row{"src/a.py", "ad\u200Bmin = 1\n", "medium"},
           Row{"src/a.py", "x = \"ad\u200Bmin\"\n", "low"},
           Row{"README.md", "the data\u200Bbase\n", ""},
           Row{"README.md", "\u202Etxet\n", ""},
           Row{"AGENTS.md", message, "medium"},
           Row{"locales/fr.yml", word, ""},
           Row{"locales/fr.yml", "a: \u202Eb\n", ""},
           Row{"src/lang/fr.js", "a = \"\u202Eb\"\n", "high"},
           Row{"docs/conf.py", k_trojan, "high"},
           Row{"tests/a_test.py", k_trojan, "low"},
           Row{"tests/a.yaml", word, ""},
           Row{"examples/a.yaml", word, "low"},
           Row{"vendor/a/a.js", k_trojan, "medium"},
           Row{"vendor/a/a.yaml", word, ""},
           Row{"CMakeLists.txt", "set(na\u200Bme 1)\n", "medium"},
           Row{"web/index.html", "<p>data\u200Bbase</p>\n", ""},
           Row{"web/index.html", "<!-- \u202E -->\n", ""},
       }) {
    CAPTURE(row.path, row.text);
    const std::vector<Finding> found = hidden(row.path, "", row.text);
    CHECK(found.size() == (row.expected.empty() ? 0 : 1));
    if (!found.empty()) {
      CHECK(name_of(found[0].severity) == row.expected);
    }
  }
}

TEST_CASE("what a file hid before, and what moved, is not told again", "[hidden_characters]") {
  const std::string old = "a = 1\nname = da\u200Bta\nb = 1\nc = 1\nd = 1\n";
  CHECK(hidden("a.ini", old, "name = da\u200Bta\na = 1\nb = 1\nc = 1\nd = 1\n").empty());
  CHECK(hidden("a.ini", old, "a = 1\nname = da\u200Bta2\nb = 1\nc = 1\nd = 1\n").empty());
  CHECK(hidden("a.ini", old, "a = 1\nname = da\u200Bta\nb = 1\nc = 1\nd = x\u200By\n").size() == 1);
  // What is removed is seen no more.
  CHECK(hidden("a.ini", old, "a = 1\nname = data\nb = 1\nc = 1\nd = 1\n").empty());
  // A line that reorders is told whatever stood there.
  CHECK(hidden("a.js", k_trojan, "\u202E" + k_trojan).size() == 1);
}

TEST_CASE("many lines that hide something are one finding", "[hidden_characters]") {
  std::string text;
  for (int i = 0; i < 30; ++i) {
    text += "key" + std::to_string(i) + " = val\u200Bue\n";
  }
  const std::vector<Finding> found = hidden("a.ini", "", text);
  REQUIRE(found.size() == 1);
  CHECK(found[0].title.ends_with("(and 29 more lines)"));
  // Another line is another finding to who has said that these are meant.
  CHECK(hidden("a.ini", "", text + "key = val\u200Bue\n")[0].id != found[0].id);
  CHECK(hidden("a.ini", "first = 1\n", "first = 1\n" + text)[0].id == found[0].id);
}

TEST_CASE("a word is suggested without what hides in it, a secret is not repeated",
          "[hidden_characters]") {
  CHECK(hidden("a.ini", "", "host = d\u200Bb1\r\n")[0].suggestion == "host = db1");
  CHECK(hidden("a.js", "", k_trojan)[0].suggestion.empty());
  const Finding secret = hidden("a.ini", "", "db_password = hunter\u200B2hunter2\n")[0];
  CHECK(secret.suggestion.empty());
  for (const std::string& reason : secret.reasons) {
    CHECK(reason.find("hunter") == std::string::npos);
  }
}

TEST_CASE("the policy can cap or switch off what is told of hidden characters",
          "[hidden_characters]") {
  Policy policy;
  policy.rules["hidden.reordering"].severity = Severity::low;
  CHECK(hidden("a.js", "", k_trojan, policy)[0].severity == Severity::low);
  policy.rules["hidden.reordering"].enabled = false;
  CHECK(hidden("a.js", "", k_trojan, policy).empty());
  policy = {};
  policy.ignore_paths = {"*.js"};
  CHECK(hidden("a.js", "", k_trojan, policy).empty());
}
