#include "analyzers/split/recommend.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace leadline {
namespace {

constexpr int k_useful_percent = 80; // of the changed lines: what the largest part may still have

// What a reviewer would have to read of each part: changed lines, noise left out.
class Parts {
public:
  Parts(const Report& report, const SplitPlan& plan) : m_lines(plan.groups.size(), 0) {
    std::map<std::string, std::size_t> part_of; // chunk -> part
    for (std::size_t i = 0; i < plan.groups.size(); ++i) {
      for (const std::string& chunk : plan.groups[i].chunks) {
        part_of[chunk] = i;
      }
    }
    for (const Chunk& chunk : report.chunks) {
      const std::size_t part = part_of.at(chunk.id);
      m_chunks[chunk.path].push_back({&chunk, part});
      m_lines[part] += chunk.noise ? 0 : chunk.old_lines + chunk.new_lines;
    }
    for (const int lines : m_lines) {
      m_all += lines;
    }
  }

  int largest() const { return *std::max_element(m_lines.begin(), m_lines.end()); }

  bool shrink() const { return m_lines.size() > 1 && is_small(largest()); }

  // Whether the part that holds the finding's line leaves enough of the rest out. A line that no
  // chunk holds is in none.
  bool set_apart(const Finding& finding) const {
    const std::size_t part = part_of(finding);
    return part < m_lines.size() && m_lines.size() > 1 && is_small(m_lines[part]);
  }

  std::size_t part_of(const Finding& finding) const {
    const auto chunks = m_chunks.find(finding.path);
    if (chunks != m_chunks.end()) {
      for (const auto& [chunk, part] : chunks->second) {
        const bool head = finding.side == Side::head;
        const int first = head ? chunk->new_start : chunk->old_start;
        const int count = head ? chunk->new_lines : chunk->old_lines;
        if (finding.line >= first && finding.line < first + count) {
          return part;
        }
      }
    }
    return m_lines.size();
  }

private:
  bool is_small(int lines) const { return 100LL * lines <= 1LL * k_useful_percent * m_all; }

  std::vector<int> m_lines; // by part
  int m_all = 0;
  std::map<std::string, std::vector<std::pair<const Chunk*, std::size_t>>> m_chunks; // by path
};

// Half a percent less, so that what is shown as 50 % counts as 50 %.
bool is_hidden(const Finding& finding, const SplitPolicy& policy) {
  return 100 * finding.burial.score + 0.5 >= policy.buried_percent;
}

// Reasons for a split that this plan answers, and those that it does not.
struct Reasons {
  std::vector<std::string> answered;
  std::vector<std::string> open;
};

void weigh_findings(const Report& report, const SplitPolicy& policy, const Parts& parts,
                    Reasons& reasons) {
  std::set<std::string> domains;
  std::set<std::size_t> parts_at_stake;
  for (const Finding& finding : report.findings) {
    if (finding.severity < Severity::high) {
      continue;
    }
    domains.insert(finding.domain);
    parts_at_stake.insert(parts.part_of(finding));
    if (is_hidden(finding, policy)) {
      const std::string hidden = fmt::format(
          "line {} of {} is risky and easy to miss among {} changed lines about other things",
          finding.burial.diff_line, finding.burial.diff_lines, finding.burial.other_lines);
      if (parts.set_apart(finding)) {
        reasons.answered.push_back(hidden);
      } else {
        reasons.open.push_back(hidden + ", and no useful split was found that sets it apart");
      }
    }
  }
  if (static_cast<int>(domains.size()) >= policy.risky_domains && parts_at_stake.size() > 1) {
    reasons.answered.push_back(fmt::format("risky changes in {} domains", domains.size()));
  }
}

void weigh_size(const Report& report, const SplitPolicy& policy, const Parts& parts,
                std::size_t groups, int lines, Reasons& reasons) {
  if (lines <= policy.max_lines) {
    return;
  }
  const bool useful =
      parts.shrink() ||
      std::any_of(report.findings.begin(), report.findings.end(), [&](const Finding& finding) {
        return finding.severity >= Severity::high && parts.set_apart(finding);
      });
  const std::string size = fmt::format("{} changed lines, more than {}", lines, policy.max_lines);
  if (useful) {
    reasons.answered.push_back(size);
  } else if (groups < 2) {
    reasons.open.push_back(size + ", and no useful split was found: they hang together");
  } else {
    reasons.open.push_back(
        fmt::format("{}, and no useful split was found: the largest part would still have {}", size,
                    parts.largest()));
  }
}

} // namespace

void recommend_split(const Report& report, const Policy& policy, SplitPlan& plan) {
  plan.recommended = false;
  plan.reasons.clear();
  const int lines = report.stats.additions + report.stats.deletions - report.stats.noise_lines;
  Reasons reasons;
  if (!plan.groups.empty()) {
    const Parts parts(report, plan);
    weigh_findings(report, policy.split, parts, reasons);
    weigh_size(report, policy.split, parts, plan.groups.size(), lines, reasons);
  }
  plan.recommended = !reasons.answered.empty();
  if (plan.recommended) {
    plan.reasons = reasons.answered;
  } else if (!reasons.open.empty()) {
    plan.reasons = reasons.open;
  } else if (plan.groups.size() < 2) {
    plan.reasons = {"its changes hang together: it reviews well as it is"};
  } else {
    plan.reasons = {fmt::format(
        "{} changed lines and no risky line that they hide: it reviews well as it is", lines)};
  }
}

} // namespace leadline
