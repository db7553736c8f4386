#include "analyzers/split/recommend.hpp"

#include <fmt/format.h>

#include <set>
#include <string>

namespace leadline {
namespace {

// Half a percent less, so that what is shown as 50 % counts as 50 %.
bool is_hidden(const Finding& finding, const SplitPolicy& policy) {
  return 100 * finding.burial.score + 0.5 >= policy.buried_percent;
}

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
    if (is_hidden(finding, policy.split)) {
      plan.reasons.push_back(fmt::format(
          "line {} of {} is risky and easy to miss among {} changed lines about other things",
          finding.burial.diff_line, finding.burial.diff_lines, finding.burial.other_lines));
    }
  }
  if (static_cast<int>(domains.size()) >= policy.split.risky_domains) {
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
