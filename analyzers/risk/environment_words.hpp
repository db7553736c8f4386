#pragma once

#include "analyzers/risk/environment.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace leadline {

// The words of a name in lower case, with "pre-prod" and "non-production" as one.
std::vector<std::string> environment_words(std::string_view name);

// What one such word says; "prod2" and "dev01" are numbered copies.
Environment environment_of_word(std::string_view word);
std::string_view without_number(std::string_view word);

// Whether the word names many other things too: it counts at the end of a name
// ("values-local.yaml", "orders-test"), not inside it ("local_settings.py", "test-runner").
bool is_weak_environment(std::string_view word);

} // namespace leadline
