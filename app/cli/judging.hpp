#pragma once

#include "analyzers/policy.hpp"
#include "app/git/repository.hpp"

#include <string>

namespace leadline {

// The policy for a range: of the file `config` when one is named, else of .github/leadline.yml as
// the merge base has it, else the defaults. Throws Error(bad_input) that lists every mistake of the
// file.
Policy policy_for(const GitRepository& repository, const Range& range, const std::string& config);
Policy policy_of_file(const std::string& config); // "" gives the defaults

} // namespace leadline
