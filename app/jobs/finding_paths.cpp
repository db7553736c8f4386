#include "app/jobs/finding_paths.hpp"

#include <algorithm>

namespace leadline {

std::vector<std::string> FindingPaths::of(const Finding& finding) const {
  std::set<std::string> paths = {finding.path};
  for (const RelatedSetting& row : finding.related) {
    paths.insert(row.path);
  }
  if (finding.rule.starts_with("relation.")) {
    paths.insert(with_settings.begin(), with_settings.end());
  }
  return {paths.begin(), paths.end()};
}

bool FindingPaths::any_new(const Finding& finding) const {
  const std::vector<std::string> paths = of(finding);
  return std::any_of(paths.begin(), paths.end(),
                     [&](const std::string& path) { return new_here.count(path) != 0; });
}

bool is_new_here(const ReportHunk& hunk) {
  const bool renamed = !hunk.old_path.empty() && hunk.path != hunk.old_path;
  return renamed || (hunk.old_start == 0 && hunk.old_lines == 0); // "@@ -0,0": nothing before
}

FindingPaths paths_in(const Report& report) {
  FindingPaths paths;
  for (const ReportHunk& hunk : report.hunks) {
    if (is_new_here(hunk)) {
      paths.new_here.insert(hunk.path);
    }
  }
  for (const Chunk& chunk : report.chunks) {
    if (!chunk.old_path.empty() && chunk.path != chunk.old_path) {
      paths.new_here.insert(chunk.path);
    }
  }
  for (const ReportSetting& setting : report.settings) {
    paths.with_settings.insert(setting.path);
  }
  return paths;
}

} // namespace leadline
