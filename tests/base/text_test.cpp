#include "base/text.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("a last line counts with and without its line end", "[text]") {
  using Lines = std::vector<std::string_view>;
  CHECK(split_lines("").empty());
  CHECK(split_lines("a\nb") == Lines{"a", "b"});
  CHECK(split_lines("a\r\n\nb\n") == Lines{"a\r", "", "b"});
}

TEST_CASE("n separators give n + 1 pieces", "[text]") {
  using Pieces = std::vector<std::string_view>;
  CHECK(split("", ',') == Pieces{""});
  CHECK(split(",a,", ',') == Pieces{"", "a", ""});
}

TEST_CASE("bytes that are not UTF-8 are replaced and the rest is kept", "[text]") {
  struct Row {
    const char* what;
    std::string input;
    std::string expected;
  };
  const std::string replacement = "\xEF\xBF\xBD";
  const std::vector<Row> rows = {
      {"ASCII", "pool = 20", "pool = 20"},
      {"two, three and four bytes", "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9A\xA2",
       "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x9A\xA2"},
      {"Latin-1", "caf\xE9!", "caf" + replacement + "!"},
      {"overlong slash", "\xC0\xAF", replacement + replacement},
      {"surrogate", "\xED\xA0\x80", replacement + replacement + replacement},
      {"cut at the end", "a\xE2\x82", "a" + replacement + replacement},
      {"beyond U+10FFFF", "\xF4\x90\x80\x80",
       replacement + replacement + replacement + replacement},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    CHECK(to_valid_utf8(row.input) == row.expected);
  }
}

TEST_CASE("trim and to_lower look at ASCII only", "[text]") {
  CHECK(trim(" \t a b\r\n") == "a b");
  CHECK(to_lower("Max-Client_CONN \xC3\x89") == "max-client_conn \xC3\x89");
}
