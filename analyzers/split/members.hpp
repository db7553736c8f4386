#pragma once

#include "analyzers/split/identifiers.hpp"
#include "analyzers/split/language.hpp"

#include <string>
#include <string_view>

namespace leadline {

// What one line defines inside of a block (of a type, a list of constants) and what it reaches into
// one for; `code` is the line as CodeReader leaves it. Only changed lines are seen, so what block
// it is, is told by the shape of the line.

// Fields, enumerators, constants of a `const (` block, methods of an interface, attr_accessor,
// fields of Protocol Buffers.
void each_member(std::string_view code, const Language& language, const TakeWord& take);

// Names behind '.', "->" or "::", and before ':' (a field that a literal sets).
void each_access(std::string_view code, const TakeWord& take);

// "pool_size", "PoolSize", "getPoolSize": the name without its spelling, as generated code changes
// it.
std::string without_spelling(std::string_view name);

} // namespace leadline
