#include "analyzers/risk/rules.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <map>
#include <set>
#include <sstream>

using namespace leadline;

TEST_CASE("every rule has one id and stands in docs/rules.md", "[rules]") {
  std::ifstream file(std::string(LEADLINE_SOURCE_DIR) + "/docs/rules.md");
  std::stringstream text;
  text << file.rdbuf();
  REQUIRE_FALSE(text.str().empty());
  std::set<std::string_view> ids;
  for (const RuleInfo& rule : rule_infos()) {
    CAPTURE(rule.id);
    CHECK(ids.insert(rule.id).second);
    CHECK(text.str().find("`" + std::string(rule.id) + "`") != std::string::npos);
    CHECK_FALSE(rule.title.empty());
  }
}

TEST_CASE("docs/rules.md says of each rule what the program says of it, and names no other",
          "[rules]") {
  std::ifstream file(std::string(LEADLINE_SOURCE_DIR) + "/docs/rules.md");
  std::map<std::string, std::string> documented;
  for (std::string line; std::getline(file, line);) {
    const std::size_t end = line.find("` | ");
    if (line.starts_with("| `") && end != std::string::npos) {
      documented[line.substr(3, end - 3)] = line.substr(end + 4, line.size() - end - 6);
    }
  }
  for (const RuleInfo& rule : rule_infos()) {
    CAPTURE(rule.id);
    CHECK(documented[std::string(rule.id)] == rule.title);
  }
  CHECK(documented.size() == rule_infos().size());
}
