#include "analyzers/domains/words.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("identifiers of any style have the same words", "[words]") {
  struct Row {
    std::string what;
    std::string text;
    std::vector<std::string> words;
  };
  for (const Row& row : {
           Row{"snake case", "max_client_conn", {"max", "client", "conn"}},
           Row{"camel case", "maxClientConn", {"max", "client", "conn"}},
           Row{"upper case", "MAX-CLIENT-CONN", {"max", "client", "conn"}},
           Row{"an abbreviation before a word", "HTTPServerURL", {"http", "server", "url"}},
           Row{"plural abbreviations", "allowedURLs", {"allowed", "urls"}},
           Row{"digits stay with their word", "TLSv1.2 utf8", {"tlsv1", "2", "utf8"}},
           Row{"bytes beyond ASCII part words", "caf\xc3\xa9_pool", {"caf", "pool"}},
           Row{"nothing", " -- ", {}},
       }) {
    CAPTURE(row.what);
    CHECK(split_words(row.text) == row.words);
  }
}

TEST_CASE("phrases match whole words side by side", "[words]") {
  const std::string spaced = spaced_words("log_level_max");
  CHECK(spaced == " log level max ");
  CHECK(has_phrase(spaced, "log level"));
  CHECK(has_phrase(spaced, "max"));
  CHECK_FALSE(has_phrase(spaced, "log max"));
  CHECK_FALSE(has_phrase(spaced, "eve"));
  CHECK(has_phrase(spaced_words("max maximum max"), "max"));
  CHECK(spaced_words("") == " ");
}
