#pragma once

#include "analyzers/report.hpp"

namespace leadline {

// Decides whether the plan's groups are worth the author's time, and says why or why not. Reasons
// to split: a finding of severity high or above that the diff hides, findings of that severity in
// several domains, or more changed lines (noise left out) than the policy allows; SplitPolicy has
// the limits. A reason counts where the plan answers it: the part with the hidden line, or the
// largest part, has at most four fifths of the changed lines. Where none does, the text says that
// no useful split was found, and not that the change reviews well. One group is never a
// recommendation.
void recommend_split(const Report& report, const Policy& policy, SplitPlan& plan);

} // namespace leadline
