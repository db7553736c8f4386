#include "analyzers/risk/rules.hpp"

#include <catch2/catch.hpp>

#include <fstream>
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
