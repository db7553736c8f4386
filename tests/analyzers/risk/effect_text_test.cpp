#include "analyzers/catalog/catalog.hpp"
#include "analyzers/risk/effect_text.hpp"

#include <catch2/catch.hpp>

using namespace leadline;

TEST_CASE("of a text for several values only what the new one does is said", "[effect_text]") {
  struct Row {
    const char* what;
    const char* text;
    const char* before;
    const char* after;
    bool words;
    const char* said;
  };
  for (const Row& row : {
           Row{"the clause that begins with it",
               "Recreate stops all old pods; RollingUpdate runs both", "RollingUpdate", "Recreate",
               true, "it stops all old pods"},
           Row{"the exact one before a shorter one", "create makes; create-drop makes and deletes",
               "none", "create-drop", true, "it makes and deletes"},
           Row{"a family of values", "noeviction refuses; allkeys deletes any", "noeviction",
               "allkeys-random", true, "it deletes any"},
           Row{"a general text", "queries wait; users time out", "10", "5", false,
               "queries wait; users time out"},
           Row{"another number's clause", "requests wait; -1 is without limit", "10", "0", false,
               "requests wait"},
           Row{"a short clause stays with what it is about",
               "slow clients hold connections; 0 waits without end", "5", "0", false,
               "slow clients hold connections; 0 waits without end"},
           Row{"a long one says it all",
               "there is less to restore; 0 switches backups off and deletes those that exist", "5",
               "0", false, "0 switches backups off and deletes those that exist"},
           Row{"below a bound", "requests fail; below 250 the pool refuses to start", "3000", "3",
               false, "below 250 the pool refuses to start"},
           Row{"and above it", "requests fail; below 250 the pool refuses to start", "3000", "300",
               false, "requests fail"},
           Row{"nothing about this one", "0 switches it off", "10", "20", false, ""},
           Row{"no clause about the value that goes", "block stops; drop loses logs", "block",
               "other", true, "drop loses logs"},
       }) {
    CAPTURE(row.what);
    CHECK(effect_of_value(row.text, row.before, row.after, row.words) == row.said);
  }
}

TEST_CASE("a text for both directions is known as such", "[effect_text]") {
  CHECK(says_either_way("weak ciphers become acceptable, or clients find none in common"));
  CHECK_FALSE(says_either_way("requests end in 502 or 504"));
}

TEST_CASE("what the catalogue asks before a merge is a question or a whole sentence",
          "[effect_text]") {
  for (const Parameter& parameter : Catalog::built_in().parameters()) {
    CAPTURE(parameter.id, parameter.check);
    const std::string& check = parameter.check;
    CHECK((check.empty() ||
           ((check.front() >= 'A' && check.front() <= 'Z') &&
            check.find('?') != std::string::npos && (check.back() == '?' || check.back() == '.'))));
  }
}
