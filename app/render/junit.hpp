#pragma once

#include "analyzers/report.hpp"

#include <string>

namespace leadline {

// The findings as a JUnit report, for CI systems that show tests: a finding that `policy` fails on
// is a failed test, a lesser one a passed test with its words in system-out, a skipped file an
// error. Without any there is one passed test, since some readers take an empty suite for a
// failure.
std::string render_junit(const Report& report, const Policy& policy);

} // namespace leadline
