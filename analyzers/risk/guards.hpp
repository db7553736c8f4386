#pragma once

#include <string_view>

namespace leadline {

// Leaves that say nothing without their parent: "tls.enabled" is about TLS. Spaced words
// (analyzers/domains/words.hpp).
bool is_generic_leaf(std::string_view leaf);

// "conn" of " max client conn "; "" where there is none.
std::string_view last_word(std::string_view spaced);

} // namespace leadline
