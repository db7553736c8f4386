#include "analyzers/split/recommend.hpp"

#include <fmt/format.h>

#include <set>
#include <string>

namespace leadline {
namespace {

constexpr double k_hidden = 0.5; // Burial::score from which a finding counts as hidden

} // namespace

void recommend_split(const Report& report, const Policy& policy, SplitPlan& plan) {
  plan.recommended = false;
  plan.reasons.clear();
  const int lines = report.stats.additions + report.stats.deletions - report.stats.noise_lines;
  if (plan.groups.size() < 2) {
    plan.reasons.push_back("it is about one thing: it reviews well as it is");
    return;
  }
  std::set<std::string> domains;
  for (const Finding& finding : report.findings) {
    if (finding.severity < Severity::high) {
      continue;
    }
    domains.insert(finding.domain);
    if (finding.burial.score >= k_hidden) {
      plan.reasons.push_back(fmt::format(
          "line {} of {} is risky and easy to miss among {} changed lines about other things",
          finding.burial.diff_line, finding.burial.diff_lines, finding.burial.other_lines));
    }
  }
  if (domains.size() > 1) {
    plan.reasons.push_back(fmt::format("risky changes in {} domains", domains.size()));
  }
  if (lines > policy.split.max_lines) {
    plan.reasons.push_back(
        fmt::format("{} changed lines, more than {}", lines, policy.split.max_lines));
  }
  plan.recommended = !plan.reasons.empty();
  if (!plan.recommended) {
    plan.reasons.push_back(fmt::format(
        "{} changed lines and no risky line that they hide: it reviews well as it is", lines));
  }
}

} // namespace leadline
