#pragma once

#include "analyzers/policy.hpp"
#include "app/config_review.hpp"
#include "app/git/repository.hpp"
#include "app/review.hpp"

#include <functional>
#include <string>

namespace leadline {

// The policy for a range: of the file `config` when one is named, else of .github/leadline.yml as
// the merge base has it, else the defaults. Throws Error(bad_input) that lists every mistake of the
// file.
Policy policy_for(const GitRepository& repository, const Range& range, const std::string& config);
Policy policy_of_file(const std::string& config); // "" gives the defaults

// A range with what its change of .github/leadline.yml has to say, as a pull request shows it.
// `adjust` is called with the policy before it is judged.
struct JudgedRange {
  Report report;
  Policy policy;
};
JudgedRange judge_range(const GitRepository& repository, const Range& range,
                        const std::string& config,
                        const std::function<Policy(Policy)>& adjust = {});

} // namespace leadline
