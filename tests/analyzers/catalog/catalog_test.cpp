#include "analyzers/catalog/catalog.hpp"
#include "base/error.hpp"
#include "base/text.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace leadline;

namespace {

const std::string k_domains = R"({"schema": 1, "domains": [
  {"id": "network", "title": "Network", "weight": 5, "merge_order": 10, "words": ["dns"], "paths": ["*.zone"]}]})";

// One system "demo" with `rows`.
std::string demo_file(const std::string& rows) {
  return R"({"schema": 1, "system": {"id": "demo", "title": "Demo", "files": ["demo*.ini"]}, "parameters": [)" +
         rows + "]}";
}

std::string row(const std::string& changed_fields) {
  std::string text =
      R"({"title": "t", "domain": "network", "impact": "outage", "source": "https://demo.example/")";
  if (changed_fields.find("\"id\"") == std::string::npos) {
    text += R"(, "id": "demo.a")";
  }
  if (changed_fields.find("\"keys\"") == std::string::npos) {
    text += R"(, "keys": ["a"])";
  }
  if (changed_fields.find("\"kind\"") == std::string::npos) {
    text += R"(, "kind": "capacity")";
  }
  if (changed_fields.find("\"hurts\"") == std::string::npos) {
    text += R"(, "hurts": "never")";
  }
  return text + (changed_fields.empty() ? "" : ", " + changed_fields) + "}";
}

// The mistakes of loading these files, one a line; "" when there are none.
std::string mistakes_of(const std::vector<EmbeddedFile>& files) {
  try {
    Catalog::load(files);
  } catch (const Error& e) {
    CHECK(e.kind() == ErrorKind::bad_input);
    return e.what();
  }
  return {};
}

std::string mistakes_of_rows(const std::string& rows) {
  const std::string file = demo_file(rows);
  return mistakes_of({{"domains.json", k_domains}, {"systems/demo.json", file}});
}

} // namespace

TEST_CASE("a mistake in a row of the catalogue is named with its file and row", "[catalog]") {
  struct Row {
    const char* what;
    std::string rows;
    std::string expected;
  };
  const std::vector<Row> rows = {
      {"unknown field", row(R"("colour": 1)"), "unknown field \"colour\""},
      {"wrong type", row(R"("check": 1)"), "\"check\": expected a text"},
      {"empty text", row(R"("check": "")"), "\"check\": expected a text"},
      {"list of the wrong type", row(R"("keys": "a")"), "\"keys\": expected a list"},
      {"key twice in one row", row(R"("keys": ["a", "a"])"), "\"a\" stands twice"},
      {"two spellings that are one", row(R"("keys": ["max_a", "maxA"])"),
       "the key \"maxA\" is a spelling of \"demo.a\""},
      {"one spelling in two rows",
       row(R"("keys": ["x.y"])") + "," + row(R"("id": "demo.b", "keys": ["x_y"])"),
       "the key \"x_y\" is a spelling of \"demo.a\""},
      {"no keys", row(R"("keys": [])"), "has neither \"keys\" nor \"anywhere\""},
      {"duplicate id", row("") + "," + row(R"("keys": ["b"])"), "the id is taken"},
      {"ids not sorted", row(R"("id": "demo.b", "keys": ["b"])") + "," + row(""),
       "ids are not sorted: \"demo.a\" after \"demo.b\""},
      {"id of another system", row(R"("id": "other.a")"), "does not start with \"demo.\""},
      {"unknown kind", row(R"("kind": "colour")"), "\"kind\": \"colour\" is not known"},
      {"unknown direction", row(R"("hurts": "sideways")"), "\"hurts\": \"sideways\" is not known"},
      {"level without order", row(R"("kind": "level")"), "\"order\""},
      {"order without level", row(R"("order": ["a", "b"])"), "\"order\""},
      {"order in upper case", row(R"("kind": "level", "order": ["a", "B"])"),
       "\"B\" is not lower case"},
      {"hurts without effect", row(R"("hurts": "down")"), "has no \"effect_down\""},
      {"both without one effect", row(R"("hurts": "both", "effect_down": "x")"),
       "has no \"effect_up\""},
      {"a field twice", row(R"("check": "x", "check": "y")"), "\"check\" stands twice"},
      {"no object", "1", "parameters[0]: expected an object"},
  };
  CHECK(mistakes_of_rows(row("")).empty());
  for (const Row& each : rows) {
    CAPTURE(each.what);
    const std::string mistakes = mistakes_of_rows(each.rows);
    CHECK_THAT(mistakes, Catch::Contains(each.expected));
    CHECK_THAT(mistakes, Catch::StartsWith("systems/demo.json: "));
  }
}

TEST_CASE("all mistakes of the catalogue are told at once", "[catalog]") {
  const std::string mistakes = mistakes_of_rows(
      R"({"id": "demo.a", "keys": ["a"], "kind": "x", "hurts": "y", "impact": "z", "domain": "w", "colour": 1})");
  CHECK(split_lines(mistakes).size() ==
        7); // kind, hurts, impact, domain, colour, no title, no source
}

TEST_CASE("a mistake beside the rows of the catalogue is named", "[catalog]") {
  struct Row {
    const char* what;
    std::vector<EmbeddedFile> files;
    std::string expected;
  };
  const std::string good = demo_file(row(""));
  const std::string other = R"({"schema": 1, "parameters": [{"id": "other.a", "title": "t",
    "anywhere": ["a_b"], "domain": "network", "kind": "mode", "hurts": "never", "impact": "none",
    "source": "https://other.example/"}], "system": {"id": "other", "title": "Other"}})";
  const std::string rival = demo_file(row(R"("anywhere": ["aB"])"));
  const EmbeddedFile domains{"domains.json", k_domains};
  const std::vector<Row> rows = {
      {"no domains", {{"systems/demo.json", good}}, "domains.json: is missing"},
      {"broken domains", {{"domains.json", "{}"}}, "domains.json: domains: \"schema\" is missing"},
      {"not JSON", {domains, {"systems/demo.json", "{"}}, "systems/demo.json: not JSON"},
      {"not an object", {domains, {"systems/demo.json", "[]"}}, "expected an object, got array"},
      {"another schema",
       {domains, {"systems/demo.json", R"({"schema": 2, "system": {}, "parameters": []})"}},
       "\"schema\": expected a whole number in 1..1"},
      {"file of another name",
       {domains, {"systems/other.json", good}},
       "the file of system \"demo\" is systems/demo.json"},
      {"file that nobody reads", {domains, {"systems/demo.txt", good}}, "is neither"},
      {"a bad pattern",
       {domains,
        {"systems/demo.json",
         R"({"schema": 1, "system": {"id": "demo", "title": "D", "files": ["a{"]}, "parameters": []})"}},
       "path pattern \"a{\""},
      {"one distinctive key in two systems",
       {domains, {"systems/demo.json", rival}, {"systems/other.json", other}},
       "the key \"a_b\" tells no system: \"demo.a\" has it too"},
  };
  for (const Row& each : rows) {
    CAPTURE(each.what);
    CHECK_THAT(mistakes_of(each.files), Catch::Contains(each.expected));
  }
}

TEST_CASE("the built-in catalogue is whole", "[catalog]") {
  const Catalog& catalog = Catalog::built_in();
  CHECK(catalog.systems().size() >= 8);
  CHECK(catalog.parameters().size() >= 60);
  CHECK(std::is_sorted(catalog.systems().begin(), catalog.systems().end(),
                       [](const System& a, const System& b) { return a.id < b.id; }));
  CHECK(std::is_sorted(catalog.parameters().begin(), catalog.parameters().end(),
                       [](const Parameter& a, const Parameter& b) { return a.id < b.id; }));
  for (const Parameter& parameter : catalog.parameters()) {
    CAPTURE(parameter.id);
    CHECK(catalog.find_by_id(parameter.id) == &parameter);
    CHECK(catalog.system(parameter.system) != nullptr);
    CHECK(std::none_of(parameter.title.begin(), parameter.title.end(),
                       [](char c) { return c == '|' || c == '\n'; }));
    for (const std::string& key : parameter.keys) {
      const auto found = catalog.find_by_key(key);
      CHECK(std::find(found.begin(), found.end(), &parameter) != found.end());
    }
  }
  CHECK(catalog.find_by_id("pgbouncer.nothing") == nullptr);
  CHECK(catalog.system("nothing") == nullptr);
}

TEST_CASE("every key of the built-in catalogue is found where its system is spoken for",
          "[catalog]") {
  const Catalog& catalog = Catalog::built_in();
  for (const Parameter& parameter : catalog.parameters()) {
    const System& system = *catalog.system(parameter.system);
    for (const std::string& key : parameter.keys) {
      CAPTURE(parameter.id, key);
      Setting setting;
      setting.key.segments = {key};
      setting.context = !system.images.empty()     ? system.images.front()
                        : !system.sections.empty() ? system.sections.front()
                                                   : "";
      CHECK(catalog.find("some/file", setting) == &parameter);
    }
  }
}

TEST_CASE("code of another language does not mean a library's parameters", "[catalog]") {
  const Catalog& catalog = Catalog::built_in();
  const auto system_in = [&](std::string_view path, std::vector<std::string> key) {
    Setting setting;
    setting.key.segments = std::move(key);
    const Parameter* found = catalog.find(path, setting);
    return found == nullptr ? "" : found->system;
  };
  CHECK(system_in("config/puma.rb", {"db", "pool"}) == "activerecord");
  CHECK(system_in("config/db.yml", {"db", "pool"}) == "activerecord");
  CHECK(system_in("config/db.ts", {"db", "pool"}) != "activerecord");
  CHECK(system_in("config/db.go", {"RAILS_MAX_THREADS"}) != "activerecord");
  CHECK(system_in("app.py", {"SQLALCHEMY_POOL_SIZE"}) == "sqlalchemy");
  CHECK(system_in("app.rb", {"SQLALCHEMY_POOL_SIZE"}) != "sqlalchemy");
  // What runs elsewhere is configured from any language.
  CHECK(system_in("deploy.ts", {"pgbouncer", "max_client_conn"}) == "pgbouncer");
}

TEST_CASE("keys are looked up in any spelling and by id", "[catalog]") {
  const Catalog& catalog = Catalog::built_in();
  for (const std::string key :
       {"max_client_conn", "MAX-CLIENT-CONN", "maxClientConn", "pgbouncer.max_client_conn"}) {
    CAPTURE(key);
    const auto found = catalog.find_by_key(key);
    REQUIRE(found.size() == 1);
    CHECK(found.front()->id == "pgbouncer.max_client_conn");
  }
  CHECK(catalog.find_by_key("no_such_key").empty());
  CHECK(normalize_key("Max-Client_Conn x") == "maxclientconnx");
}

TEST_CASE("a path's name speaks for a system, the file's name before its folder's", "[catalog]") {
  const auto system = [](std::string_view path) {
    const System* found = Catalog::built_in().system_of_path(path);
    return found == nullptr ? std::string() : found->id;
  };
  CHECK(system("roles/pgbouncer/templates/pgbouncer.ini.j2") == "pgbouncer");
  CHECK(system("roles/postgresql/templates/pgbouncer.ini.j2") == "pgbouncer");
  CHECK(system("etc/NGINX/NGINX.CONF") == "nginx");
  CHECK(system("src/main.py").empty());
}
