#pragma once

#include "analyzers/split/identifiers.hpp"

#include <array>
#include <string_view>

namespace leadline {

struct LineNames;

// Names that one line gives to data. `code` is the line as CodeReader leaves it.

// Tables and columns that a line of a migration adds.
void each_column(std::string_view line, const TakeWord& take);

// Fields of values, "name: ..." or "'name': ...".
void each_field(std::string_view line, std::string_view code, const TakeWord& take);

// The key of a line of configuration, quotes and "- " taken off; "" when it has none.
std::string_view config_key(std::string_view line);

// Terraform's names: blocks by their labels, locals by their keys; arguments read the variables of
// a module, and so do the keys of a file of `values`.
void read_terraform(std::string_view line, std::string_view code, bool values, LineNames& names);

// Words before a quoted name that ask for a setting.
inline constexpr std::array<std::string_view, 6> k_asking = {"get",     "env",    "config",
                                                             "setting", "option", "value"};

} // namespace leadline
