#pragma once

#include "analyzers/risk/subject.hpp"

#include <optional>

namespace leadline {

// One setting change, one finding: `kept` becomes the graver concern, with the other among its
// reasons.
void keep_worse(std::optional<Concern>& kept, std::optional<Concern> other);

// The same with a relation, which speaks at one severity: it says what breaks, where the other saw
// the step alone.
void keep_relation(std::optional<Concern>& kept, std::optional<Concern> relation);

} // namespace leadline
