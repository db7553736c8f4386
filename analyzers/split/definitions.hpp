#pragma once

#include "analyzers/split/identifiers.hpp"
#include "analyzers/split/language.hpp"

#include <string_view>

namespace leadline {

// What one line of code defines and brings in; `code` is the line as CodeReader leaves it.

// The function, type or constant that the line defines at a place where others can see it: by a
// word before it, by its shape, by where it stands.
void each_defined(std::string_view code, const Language& language, bool header,
                  const TakeWord& take);

// Whether the line brings in other files or their names: import, require, #include, use, source.
bool is_import(std::string_view code, const Language& language);

} // namespace leadline
