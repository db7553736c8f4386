#pragma once

#include "analyzers/risk/subject.hpp"

#include <string_view>

namespace leadline {

// Steps that teams take each week without harm: a threshold moved by a tenth or by one of several
// failures, a lifetime by less than four times, a little less processor reserved. What is about
// access or about data is never one.
bool is_small_step(const Subject& subject, std::string_view rule);

// Sizes, times and numbers of copies of an environment that no user meets: development as it likes,
// with what keeps its services and data alive; of staging the copies.
bool is_size_of_test_bed(const Subject& subject, std::string_view rule);

// Whether a file in a folder of tests is what the tests run with: its name or one of the two
// folders around it says so. What lies deeper (a whole copy of a deployment) may be more.
bool is_set_up_of_tests(std::string_view path);

} // namespace leadline
