#include "tests/analyzers/risk/rule_cases.hpp"

#include <catch2/catch.hpp>

using namespace leadline;
using leadline::test::check_case;
using leadline::test::RuleCase;

namespace {

const std::string k_path = "deploy/app.yaml";

} // namespace

TEST_CASE("values that nothing can read, and blanks", "[rules][rules_value]") {
  for (const RuleCase& row : {
           RuleCase{"stray quote", k_path, "sched.strategy_x", "pack", "pack'", "value.malformed"},
           RuleCase{"apostrophe in prose", k_path, "app.acme_words", "do not", "don't", ""},
           RuleCase{"two colons", k_path, "emitter.recipient", "http://localhost:8000/",
                    "http://127.0.0.1::8000/", "value.malformed", Severity::high},
           RuleCase{"octet above 255", k_path, "app.peer", "10.0.0.1", "10.0.0.300",
                    "value.malformed"},
           RuleCase{"port above 65535", k_path, "app.peer", "10.0.0.1:80", "10.0.0.1:80800",
                    "value.malformed"},
           RuleCase{"no such day", k_path, "license.until", "2026-02-28", "2026-02-30",
                    "value.malformed"},
           RuleCase{"leap day", k_path, "license.until", "2026-02-28", "2028-02-29", ""},
           RuleCase{"no such hour", k_path, "job.schedule", "0 23 * * *", "0 24 * * *",
                    "value.malformed"},
           RuleCase{"bracket never closed", k_path, "app.srange", "(a b)", "((a b)",
                    "value.malformed"},
           RuleCase{"it was broken before", k_path, "app.acme_words", "(a", "(b", ""},
           RuleCase{"blank", k_path, "db.host", "db-1", "", "value.blank"},
           RuleCase{"prose may hold anything", k_path, "app.description", "a", "a (b", ""},
       }) {
    check_case(row);
  }
}
