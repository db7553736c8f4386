#include "analyzers/catalog/domains.hpp"
#include "base/error.hpp"

#include <catch2/catch.hpp>

#include <set>

using namespace leadline;

TEST_CASE("the built-in domains are those of the design", "[domains_table]") {
  const std::set<std::string> expected = {"connection-pool",  "tls",        "logging",
                                          "timeouts",         "retries",    "capacity",
                                          "rate-limit",       "auth",       "secrets",
                                          "network",          "storage",    "replication",
                                          "caching",          "scheduling", "alerting",
                                          "observability",    "deploy",     "feature-flag",
                                          "dependencies",     "build-ci",   "schema-migration",
                                          "application-code", "tests",      "docs",
                                          "formatting",       "generated"};
  std::set<std::string> ids;
  for (const Domain& domain : built_in_domains()) {
    ids.insert(domain.id);
    CAPTURE(domain.id);
    CHECK_FALSE(domain.title.empty());
    const bool by_content_only = domain.id == "formatting";
    CHECK((by_content_only || !domain.words.empty()));
  }
  CHECK(ids == expected);
  CHECK(ids.size() == built_in_domains().size());
}

TEST_CASE("every mistake of a domains file is told", "[domains_table]") {
  const std::string text = R"({"schema": 1, "domains": [
    {"id": "a", "title": "A", "weight": 11, "merge_order": 0, "words": [], "paths": ["a{"]},
    {"id": "a", "weight": 1, "merge_order": "x", "colour": 1}]})";
  try {
    load_domains(text);
    FAIL("loaded");
  } catch (const Error& e) {
    for (const std::string expected :
         {"\"weight\": expected a whole number in 0..10", "path pattern \"a{\"",
          "\"title\" is missing", "\"merge_order\": expected a whole number in 0..100",
          "unknown field \"colour\"", "the id is taken"}) {
      CHECK_THAT(e.what(), Catch::Contains(expected));
    }
  }
}
