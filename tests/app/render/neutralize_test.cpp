#include "app/render/neutralize.hpp"

#include "app/render/terminal.hpp"
#include "app/render/utf8.hpp"
#include "app/render/words.hpp"

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace leadline;

namespace {

const std::string k_joiner = "\xE2\x81\xA0";

} // namespace

TEST_CASE("what cannot be seen, or reorders what is seen, is shown", "[neutralize]") {
  struct Row {
    std::string what;
    std::string input;
    std::string expected;
  };
  const Row row = GENERATE(values<Row>({
      {"plain", "max_client_conn = 20", "max_client_conn = 20"},
      {"letters of other scripts", "größe 数 😀", "größe 数 😀"},
      {"line ends and tabs", "a\tb\r\nc", "a b  c"},
      {"escape sequence", "\x1b[31mred", "[U+001B][31mred"},
      {"C1 control sequence introducer",
       "\xC2\x9B"
       "2J",
       "[U+009B]2J"},
      {"bell, backspace, delete", "\x07\x08\x7f", "[U+0007][U+0008][U+007F]"},
      {"NUL", std::string("a\0b", 3), "a[U+0000]b"},
      {"right-to-left override",
       "a\xE2\x80\xAE"
       "b",
       "a[U+202E]b"},
      {"isolate", "\xE2\x81\xA6x\xE2\x81\xA9", "[U+2066]x[U+2069]"},
      {"zero width", "a\xE2\x80\x8B\xEF\xBB\xBF\xC2\xAD", "a[U+200B][U+FEFF][U+00AD]"},
      {"our own joiner", k_joiner, "[U+2060]"},
      {"Hangul filler", "\xE3\x85\xA4", "[U+3164]"},
      {"tag characters", "\xF3\xA0\x81\xA1", "[U+E0061]"},
      {"line separator", "\xE2\x80\xA8", "[U+2028]"},
      {"no UTF-8", "\xff\xc0\xaf", "\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"},
  }));
  CAPTURE(row.what);
  CHECK(visible(row.input) == row.expected);
}

TEST_CASE("nothing in a Markdown text means more than itself, and little is escaped",
          "[neutralize]") {
  struct Row {
    std::string what;
    std::string input;
    std::string expected;
  };
  const Row row = GENERATE_COPY(values<Row>({
      {"prose", "max_client_conn 200 -> 20: 90 % fewer (see pool #a).",
       "max_client_conn 200 -> 20: 90 % fewer (see pool #a)."},
      {"mention", "@octocat", "@" + k_joiner + "octocat"},
      {"team", "cc @org/team", "cc @" + k_joiner + "org/team"},
      {"issue", "fixes #12", "fixes #" + k_joiner + "12"},
      {"issue of another repository", "a/b#12", "a/b#" + k_joiner + "12"},
      {"GH", "gh-12 GH-3", "gh-" + k_joiner + "12 GH-" + k_joiner + "3"},
      {"commit", "see deadbeef1", "see dead" + k_joiner + "beef1"},
      {"numbers stay whole", "1048576000", "1048576000"},
      {"address", "https://evil.example/x", "https:" + k_joiner + "//evil.example/x"},
      {"www", "(www.evil.example)", "(www" + k_joiner + ".evil.example)"},
      {"e-mail", "me@evil.example", "me@" + k_joiner + "evil.example"},
      {"emoji", ":100:", ":" + k_joiner + "100:"},
      {"a port is no emoji", "host:5432", "host:5432"},
      {"HTML", "<b>&lt;x&y", "&lt;b>&amp;lt;x&amp;y"},
      {"and-and stays", "a && b", "a && b"},
      {"formula", "$x$", "&#36;x&#36;"},
      {"link", "[a](b)", "\\[a\\](b)"},
      {"code", "`x`", "\\`x\\`"},
      {"emphasis", "*a* _b_ a_b", "\\*a\\* \\_b\\_ a_b"},
      {"struck", "~~a~~", "\\~\\~a\\~\\~"},
      {"cell", "a|b", "a\\|b"},
      {"heading", "# a", "\\#" + k_joiner + " a"},
      {"list", "- a", "\\- a"},
      {"numbered list", "12. a", "12\\. a"},
      {"numbered list with bracket", " 1) a", " 1\\) a"},
      {"rule", "---", "\\---"},
      {"quotation", "> a", "\\> a"},
      {"backslash", "a\\|b", "a\\\\\\|b"},
      {"lines", "a\n# b", "a # b"},
  }));
  CAPTURE(row.what);
  CHECK(neutralize(row.input) == row.expected);
}

TEST_CASE("a code span holds any text", "[neutralize]") {
  CHECK(code_span("a_b") == "`a_b`");
  CHECK(code_span("") == "(empty)");
  CHECK(code_span("  ") == "(2 spaces)");
  CHECK(code_span("a`b") == "``a`b``");
  CHECK(code_span("`") == "`` ` ``");
  CHECK(code_span(" a ") == "`  a  `");
  CHECK(code_span("a\nb") == "`a b`");
  CHECK(table_code("a|b") == "`a\\|b`");
}

TEST_CASE("a fenced block cannot be left from inside", "[neutralize]") {
  CHECK(code_block("a = 1", "suggestion") == "```suggestion\na = 1\n```");
  CHECK(code_block("```\nx\n````", "") == "`````\n```\nx\n````\n`````");
  CHECK(code_block("a\x1b[1m\tb", "") == "```\na[U+001B][1m\tb\n```");
}

TEST_CASE("columns are counted as a terminal shows them", "[utf8]") {
  CHECK(columns("abc") == 3);
  CHECK(columns("größe") == 5);
  CHECK(columns("数据") == 4);
  CHECK(columns("e\xCC\x81") == 1);
  CHECK(columns("🔴") == 2);
  CHECK(count_characters("数据x") == 3);
}

TEST_CASE("text is wrapped at spaces and, where there are none, anywhere", "[terminal]") {
  using Lines = std::vector<std::string>;
  CHECK(wrapped("", 5) == Lines{""});
  CHECK(wrapped("ab cd ef", 5) == Lines{"ab cd", "ef"});
  CHECK(wrapped("ab  cd", 9) == Lines{"ab cd"});
  CHECK(wrapped("abcdefg", 3) == Lines{"abc", "def", "g"});
  CHECK(wrapped("x abcdefg", 3) == Lines{"x", "abc", "def", "g"});
  CHECK(wrapped("数据数据", 4) == Lines{"数据", "数据"});
  CHECK(wrapped("数", 1) == Lines{"数"});
}

TEST_CASE("a long text loses its middle, never half a character", "[words]") {
  CHECK(shortened("abcdefghij", 10) == "abcdefghij");
  CHECK(shortened("abcdefghijk", 10) == "abcd...ijk");
  CHECK(shortened("ääääääääääää", 7) == "ää...ää");
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1204) == "1,204");
  CHECK(grouped(-1234567) == "-1,234,567");
  CHECK(counted(1, "file") == "1 file");
}
