#include "app/jobs/finding_paths.hpp"

namespace leadline {

std::vector<std::string> FindingPaths::of(const Finding& finding) const {
  std::set<std::string> paths = {finding.path};
  for (const RelatedSetting& row : finding.related) {
    paths.insert(row.path);
  }
  if (finding.rule.starts_with("relation.")) {
    paths.insert(with_settings.begin(), with_settings.end());
  }
  std::set<std::string> all = paths;
  for (const std::string& path : paths) {
    if (const auto from = renamed_from.find(path); from != renamed_from.end()) {
      all.insert(from->second);
    }
  }
  return {all.begin(), all.end()};
}

FindingPaths paths_in(const Report& report) {
  FindingPaths paths;
  const auto take = [&](const std::string& path, const std::string& old_path) {
    if (!path.empty() && !old_path.empty() && path != old_path) {
      paths.renamed_from[path] = old_path;
    }
  };
  for (const ReportHunk& hunk : report.hunks) {
    take(hunk.path, hunk.old_path);
  }
  for (const Chunk& chunk : report.chunks) {
    take(chunk.path, chunk.old_path);
  }
  for (const ReportSetting& setting : report.settings) {
    paths.with_settings.insert(setting.path);
  }
  return paths;
}

} // namespace leadline
