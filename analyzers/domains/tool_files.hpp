#pragma once

#include <string_view>

namespace leadline {

// Settings of what reads code and never runs it: linters, formatters, type checkers, coverage.
// `name` is the last part of a path, in lower case.
bool is_checker_file(std::string_view name);

// Settings of a program that runs tests: "jest.config.ts", "pytest.ini".
bool is_test_runner_file(std::string_view name);

} // namespace leadline
