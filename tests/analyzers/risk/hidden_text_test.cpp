#include "analyzers/risk/hidden_text.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

namespace {

std::string kinds(std::string_view line, LineReading reading, int number = 7) {
  std::string text;
  for (const HiddenText& each : hidden_text(line, number, reading)) {
    text += text.empty() ? "" : " ";
    text += each.kind == HiddenKind::reorders  ? "reorders"
            : each.kind == HiddenKind::carried ? "carried"
            : each.kind == HiddenKind::in_word ? "word"
                                               : "text";
  }
  return text;
}

} // namespace

TEST_CASE("a line that runs in another order than it reads is told", "[hidden_text]") {
  struct Row {
    std::string what, line, expected;
  };
  // The examples of https://trojansource.codes, and what writes right to left for good reason.
  for (const Row& row : {
           Row{"commenting out", "/*\u202E } \u2066if (isAdmin)\u2069 \u2066 begin admins only */",
               "reorders"},
           Row{"a stretched string",
               "if (level != \"user\u202E \u2066// Check if admin\u2069 \u2066\") {", "reorders"},
           Row{"an early return", "  ''' Subtract funds then \u2067''' ;return", "reorders"},
           Row{"an override that is closed", "x = \"a\u202Eb\u202C\"", "reorders"},
           Row{"paired around nothing from right to left", "x = \"a\u2066b\u2069\"", "reorders"},
           Row{"a lone end", "x = \"ab\u202C\"", "reorders"},
           Row{"crossed pairs", "x = \"\u2066\u202A\u05D0\u2069\u202C\"", "reorders"},
           Row{"Hebrew, isolated", "x = \"\u2067\u05E9\u05DC\u05D5\u05DD\u2069\"", ""},
           Row{"Arabic, embedded", "x = \"\u202B\u0645\u0631\u062D\u0628\u0627\u202C\"", ""},
           Row{"Hebrew that is not ended", "x = \"\u2067\u05E9\u05DC\u05D5\u05DD\"", "reorders"},
           Row{"the escapes of a careful author", "x = \"\\u202E\"", ""},
       }) {
    CAPTURE(row.what);
    CHECK(kinds(row.line, LineReading::code) == row.expected);
    CHECK(kinds(row.line, LineReading::settings) == row.expected);
  }
}

TEST_CASE("what is not seen is told in names and values and nowhere else", "[hidden_text]") {
  struct Row {
    std::string what, line, code, settings;
  };
  for (const Row& row : {
           Row{"a name", "adm\u200Bin = true", "word", "word"},
           Row{"the end of a value", "host: db.example.com\u200B", "word", "word"},
           Row{"a thumbprint with its mark", "thumbprint: \u200Ea909502dd82ae41433e6f838", "word",
               "word"},
           Row{"a quoted value", "host: \"db\u200B.example.com\"", "text", "word"},
           Row{"a soft hyphen", "user = data\u00ADbase", "word", "word"},
           Row{"a byte order mark on the way", "a\uFEFFb: 1", "word", "word"},
           Row{"a call with a joiner", "run\u200D(x)", "word", "word"},
           Row{"a selector after a letter", "ab\uFE00c = 1", "word", "word"},
           Row{"a literal of nothing else", "text.split(\"\u200B\")", "", ""},
           Row{"a set of a pattern", "/[\u200B-\u200D\uFEFF]/g", "", ""},
           Row{"prose in quotes", "\"Choose the re\u00ADgion where it runs\"", "", ""},
           Row{"prose of a value", "description: the cluster\u200B that runs all of it", "word",
               ""},
           Row{"a comment", "x = 1 # see data\u200Bbase", "", ""},
           Row{"a block comment", "x = 1; /* data\u200Bbase */", "", ""},
           Row{"after a comment", "/* x */ ad\u200Bmin = 1;", "word", "word"},
           Row{"an address is no comment", "url: http://exam\u200Bple.com/a", "word", "word"},
           Row{"Persian", "title: \u0645\u06CC\u200C\u062E\u0648\u0627\u0647\u0645", "", ""},
           Row{"Devanagari", "x = \u0915\u094D\u200D\u0937", "", ""},
           Row{"a family of emoji", "x = \U0001F468\u200D\U0001F469\u200D\U0001F467", "", ""},
           Row{"a heart", "icon: \u2764\uFE0F", "", ""},
           Row{"a keycap", "icon: 1\uFE0F\u20E3", "", ""},
           Row{"a flag",
               "x: \U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F", "", ""},
           Row{"bytes of another encoding",
               "x = \xE9\xE2\x80\x8B"
               "a",
               "", ""},
       }) {
    CAPTURE(row.what);
    CHECK(kinds(row.line, LineReading::code) == row.code);
    CHECK(kinds(row.line, LineReading::settings) == row.settings);
  }
}

TEST_CASE("bytes that are no text hide nothing, but in a program", "[hidden_text]") {
  const std::string bytes = "\u2067{\xC0\xFF\u2068 \U000E0100\U000E0101\U000E0102";
  CHECK(kinds(bytes, LineReading::settings).empty());
  CHECK(kinds(bytes, LineReading::code) == "reorders carried");
}

TEST_CASE("a mark at the start of a file is its encoding", "[hidden_text]") {
  CHECK(kinds("\uFEFFkey: 1", LineReading::settings, 1).empty());
  CHECK(kinds("\uFEFFkey: 1", LineReading::settings, 2) == "word");
}

TEST_CASE("what nobody sees and says something is told wherever it stands", "[hidden_text]") {
  struct Row {
    std::string what, line, expected;
  };
  for (const Row& row : {
           Row{"a name without a shape", "const { timeout, \u3164} = req.query;", "carried"},
           Row{"the same in Korean", "x = \uAC00\u3164\uAC00", ""},
           Row{"a program of selectors", "const s = `\uFE00\uFE01\uFE02\uFE03`;", "carried"},
           Row{"in a comment, too", "// ok \U000E0100\U000E0101\U000E0102", "carried"},
           Row{"tags without a flag", "# rules \U000E0069\U000E0067\U000E006E", "carried"},
           Row{"bits of zero width", "x = \"a\u200B\u200C\u200B\u200B\u200C\u200C\u200B\u200Cb\"",
               "carried"},
           Row{"a line that a comment hides", "// safe\u2028run();", "carried"},
       }) {
    CAPTURE(row.what);
    CHECK(kinds(row.line, LineReading::code) == row.expected);
  }
}

TEST_CASE("hidden characters have names, and can be written out or left out", "[hidden_text]") {
  CHECK(name_of_hidden(0x202E) == "right-to-left override (U+202E)");
  CHECK(name_of_hidden(0xE0041) == "tag character (U+E0041)");
  CHECK(with_hidden_shown("a\u202Eb\xFF") == "a<U+202E>b\xFF");
  CHECK(without_hidden("a\u200Bb\xFF") == "ab\xFF");
  CHECK_FALSE(may_hide_text("max_client_conn = 20"));
}
