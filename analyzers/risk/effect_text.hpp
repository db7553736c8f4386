#pragma once

#include <string>
#include <string_view>

namespace leadline {

// What happens, of a text of the catalogue that says it for several values: clauses parted by "; ",
// where a clause may begin with the value that it is about ("Recreate stops all old pods; ...",
// "0 is without limit", "with 0 none is killed", "below 250 the pool refuses to start"). The clause
// about the new value is kept alone (of a word with "it" in its place), or with the general ones
// where it is short; clauses about other values go. "" where nothing is left. `takes_words` says
// that words are values too, as those of modes and levels are.
std::string effect_of_value(std::string_view text, std::string_view old_value,
                            std::string_view new_value, bool takes_words);

// Whether a text says what happens either way: "weak ciphers become acceptable, or clients find
// none in common".
bool says_either_way(std::string_view text);

} // namespace leadline
