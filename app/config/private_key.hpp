#pragma once

#include "app/config/variables.hpp"

#include <string>
#include <vector>

namespace leadline {

// The App's key, of PRIVATE_KEY (PEM, with real or written "\n", or base64 of it) or of the file
// PRIVATE_KEY_PATH, which only its owner may read. Mistakes go to `variables`, and what is allowed
// and hardly meant to `warnings`; empty after a mistake.
Secret read_private_key(Variables& variables, std::vector<std::string>& warnings);

} // namespace leadline
