#pragma once

#include "analyzers/settings/code/call_settings.hpp"
#include "analyzers/settings/code/scalar.hpp"

#include <optional>
#include <string_view>

namespace leadline {

// How dear a call makes it to guess passwords, which the place of an argument says:
// bcrypt.hash(password, 12).
struct HashCost {
  std::string_view key; // "bcrypt_cost" or "pbkdf2_iterations"
  Scalar value;         // a number
  int argument = 0;     // node
};

// nullopt when the call is none that hashes, or its cost is no number.
std::optional<HashCost> hash_cost_of(const SyntaxTree& tree, const Call& call);

} // namespace leadline
