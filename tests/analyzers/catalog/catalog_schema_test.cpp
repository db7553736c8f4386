#include "analyzers/catalog/catalog.hpp"
#include "base/error.hpp"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fstream>

using namespace leadline;
using nlohmann::json;

namespace {

json schema() {
  std::ifstream stream(std::string(LEADLINE_SOURCE_DIR) + "/manifests/schema/catalog.schema.json");
  return json::parse(stream);
}

template <typename Enum>
json names_up_to(Enum last) {
  json names = json::array();
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    names.push_back(name_of(static_cast<Enum>(i)));
  }
  return names;
}

// What the loader says of a file with this system and this one row.
std::string mistakes_of(const json& system, const json& row) {
  const std::string file =
      json{{"schema", 1}, {"system", system}, {"parameters", json::array({row})}}.dump();
  const std::string domains = R"({"schema": 1, "domains": []})";
  try {
    const std::vector<EmbeddedFile> files = {{"domains.json", domains},
                                             {"systems/demo.json", file}};
    Catalog::load(files);
  } catch (const Error& e) {
    return e.what();
  }
  return {};
}

} // namespace

TEST_CASE("the catalogue's schema names the words that the loader knows", "[catalog_schema]") {
  const json properties = schema()["$defs"]["parameter"]["properties"];
  CHECK(properties["kind"]["enum"] == names_up_to(ParameterKind::identifier));
  CHECK(properties["hurts"]["enum"] == names_up_to(Hurts::never));
  CHECK(properties["impact"]["enum"] == names_up_to(Impact::none));
}

TEST_CASE("the catalogue's schema and its loader know the same fields", "[catalog_schema]") {
  const json defs = schema()["$defs"];
  for (const auto& [field, value] : defs["parameter"]["properties"].items()) {
    CAPTURE(field);
    const std::string mistakes = mistakes_of({{"id", "demo"}}, {{field, json::object()}});
    CHECK_THAT(mistakes, Catch::Contains('"' + field + '"'));
    CHECK_THAT(mistakes, !Catch::Contains("unknown field"));
  }
  for (const auto& [field, value] : defs["system"]["properties"].items()) {
    CAPTURE(field);
    CHECK_THAT(mistakes_of({{field, json::object()}}, json::object()),
               !Catch::Contains("unknown field"));
  }
  for (const json& field : defs["parameter"]["required"]) {
    CAPTURE(field);
    CHECK_THAT(mistakes_of({{"id", "demo"}}, json::object()),
               Catch::Contains(field.dump() + " is missing"));
  }
  CHECK_THAT(mistakes_of({{"id", "demo"}}, {{"colour", 1}}), Catch::Contains("unknown field"));
}
