#include "analyzers/settings/things.hpp"

#include <catch2/catch.hpp>

#include <set>
#include <string>
#include <vector>

using namespace leadline;

TEST_CASE("a thing says which of its like it is, and where its path says so nothing", "[places]") {
  Things things;
  const auto alone = things.block(Things::k_file, "pool");
  const auto one = things.block(alone, "host");
  const auto two = things.block(alone, "host");
  const auto part = things.part(two);
  const auto object = things.object("server_name a.org");
  const auto inside = things.block(object, "location");
  const auto other = things.object("server_name a.org");
  const std::vector<std::string> places = things.places();
  CHECK(places[Things::k_file].empty());
  CHECK(places[alone].empty());
  CHECK(places[one] == "host 1 of 2");
  CHECK(places[two] == "host 2 of 2");
  CHECK(places[part] == "host 2 of 2, part 1 of 1");
  CHECK(places[object] == "server_name a.org, number 1 of 2");
  CHECK(places[inside] == places[object]);
  CHECK(places[other] == "server_name a.org, number 2 of 2");
}

TEST_CASE("a name that comes late tells things apart", "[places]") {
  Things things;
  const auto one = things.block(Things::k_file, "disk");
  const auto two = things.block(Things::k_file, "disk");
  things.rename(one, "disk[a]");
  CHECK(things.places()[one].empty());
  CHECK(things.places()[two].empty());
}

TEST_CASE("places of things that nest deep stay short and differ", "[places]") {
  Things things;
  Things::Id around = Things::k_file;
  for (int depth = 0; depth < 60; ++depth) {
    things.block(around, std::string(5000, 'x'));
    around = things.block(around, std::string(5000, 'x'));
  }
  const auto one = things.block(around, "y");
  const auto two = things.block(around, "y");
  const std::vector<std::string> places = things.places();
  CHECK(places[one] != places[two]);
  std::set<std::string> all;
  for (const std::string& place : places) {
    CHECK(place.size() <= 300);
    all.insert(place);
  }
  CHECK(all.size() == places.size());
}
