#pragma once

#include "analyzers/risk/judge.hpp"

#include <optional>
#include <string>

namespace leadline::test {

// One setting change as a row of a table: the rule that wins and its severity, "" when nothing is
// found or what is found is low.
struct RuleCase {
  std::string what;
  std::string path;
  std::string key; // dotted; segments part at '.'
  std::optional<std::string> old_value;
  std::optional<std::string> new_value;
  std::string rule;                      // of at least medium severity; "" none
  std::optional<Severity> severity = {}; // when it matters
};

std::optional<Concern> judge_case(const RuleCase& row, const Policy& policy = {});

void check_case(const RuleCase& row, const Policy& policy = {});

} // namespace leadline::test
