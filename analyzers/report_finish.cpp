#include "analyzers/report_finish.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <map>

namespace leadline {

void count_lines(Report& report) {
  std::map<std::string, DomainCount> by_domain;
  for (const Chunk& chunk : report.chunks) {
    DomainCount& row = by_domain[chunk.domain];
    row.name = chunk.domain;
    row.additions += chunk.new_lines;
    row.deletions += chunk.old_lines;
    report.stats.additions += chunk.new_lines;
    report.stats.deletions += chunk.old_lines;
    report.stats.noise_lines += chunk.noise ? chunk.old_lines + chunk.new_lines : 0;
  }
  for (const ReportHunk& hunk : report.hunks) {
    for (const std::string& domain : hunk.domains) {
      ++by_domain[domain].hunks;
    }
  }
  for (auto& [name, row] : by_domain) {
    report.domains.push_back(std::move(row));
  }
  std::stable_sort(report.domains.begin(), report.domains.end(),
                   [](const DomainCount& a, const DomainCount& b) {
                     return a.additions + a.deletions > b.additions + b.deletions;
                   });
}

void clean_texts(Report& report) {
  const auto clean = [](std::string& text) { text = to_valid_utf8(text); };
  for (ReportSetting& row : report.settings) {
    clean(row.path);
    clean(row.key);
    if (row.old_value) {
      clean(*row.old_value);
    }
    if (row.new_value) {
      clean(*row.new_value);
    }
  }
  for (Chunk& chunk : report.chunks) {
    clean(chunk.path);
    clean(chunk.old_path);
    std::for_each(chunk.evidence.begin(), chunk.evidence.end(), clean);
  }
  for (ReportHunk& hunk : report.hunks) {
    clean(hunk.path);
    clean(hunk.old_path);
  }
  for (Finding& finding : report.findings) {
    clean(finding.path);
  }
  for (Skipped& unread : report.coverage.unread) {
    clean(unread.path);
  }
  for (Skipped& skipped : report.coverage.skipped) {
    clean(skipped.path);
    clean(skipped.why);
  }
  std::for_each(report.verdict.reasons.begin(), report.verdict.reasons.end(), clean);
}

} // namespace leadline
