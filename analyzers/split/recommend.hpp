#pragma once

#include "analyzers/report.hpp"

namespace leadline {

// Decides whether the plan's groups are worth the author's time, and says why or why not. Reasons
// to split: a finding of severity high or above that the diff hides, findings of that severity in
// several domains, or more changed lines (noise left out) than the policy allows; SplitPolicy has
// the limits. One group is never a recommendation.
void recommend_split(const Report& report, const Policy& policy, SplitPlan& plan);

} // namespace leadline
