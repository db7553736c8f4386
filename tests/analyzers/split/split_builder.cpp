#include "tests/analyzers/split/split_builder.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace leadline::test {

SplitBuilder& SplitBuilder::file(const std::string& path, const std::string& domain,
                                 const std::vector<std::vector<std::string>>& hunks) {
  FileChange change;
  change.old_path = change.new_path = path;
  change.old_mode = change.new_mode = k_mode_file;
  add(change, domain, hunks);
  return *this;
}

SplitBuilder& SplitBuilder::added(const std::string& path, const std::string& domain,
                                  const std::vector<std::string>& lines) {
  FileChange change;
  change.status = FileStatus::added;
  change.old_path = change.new_path = path;
  change.new_mode = k_mode_file;
  std::vector<std::string> marked;
  for (const std::string& line : lines) {
    marked.push_back("+" + line);
  }
  add(change, domain, {marked});
  return *this;
}

SplitBuilder& SplitBuilder::at_stake(double burial) {
  const Chunk& chunk = report.chunks.back();
  Finding finding;
  finding.severity = Severity::high;
  finding.path = chunk.path;
  finding.line = chunk.new_start;
  finding.domain = chunk.domain;
  finding.burial.score = burial;
  report.findings.push_back(finding);
  return *this;
}

SplitBuilder& SplitBuilder::about(const std::string& domain) {
  report.chunks.back().domain = domain;
  return *this;
}

void SplitBuilder::add(FileChange file, const std::string& domain,
                       const std::vector<std::vector<std::string>>& hunks) {
  file.diff_line = m_line;
  m_line += 4;
  int old_line = 1;
  int new_line = 1;
  for (const std::vector<std::string>& lines : hunks) {
    Hunk hunk;
    hunk.old_start = file.status == FileStatus::added ? 0 : old_line;
    hunk.new_start = new_line;
    hunk.diff_line = m_line++;
    for (const std::string& text : lines) {
      DiffLine line;
      line.kind = text[0] == ' '   ? LineKind::context
                  : text[0] == '+' ? LineKind::added
                                   : LineKind::removed;
      line.text = text.substr(1);
      line.diff_line = m_line++;
      if (line.kind != LineKind::added) {
        line.old_line = old_line++;
        ++hunk.old_lines;
      }
      if (line.kind != LineKind::removed) {
        line.new_line = new_line++;
        ++hunk.new_lines;
      }
      report.stats.additions += line.kind == LineKind::added ? 1 : 0;
      report.stats.deletions += line.kind == LineKind::removed ? 1 : 0;
      hunk.lines.push_back(line);
    }
    file.hunks.push_back(hunk);
    old_line += 20;
    new_line += 20;
  }
  changes.files.push_back(file);
  for (std::size_t hunk = 0; hunk < file.hunks.size(); ++hunk) {
    add_chunks(changes.files.size() - 1, static_cast<int>(hunk), domain);
  }
}

void SplitBuilder::add_chunks(std::size_t file, int hunk, const std::string& domain) {
  const FileChange& change = changes.files[file];
  const std::vector<DiffLine>& lines = change.hunks[static_cast<std::size_t>(hunk)].lines;
  int old_before = change.hunks[static_cast<std::size_t>(hunk)].old_start - 1;
  int new_before = change.hunks[static_cast<std::size_t>(hunk)].new_start - 1;
  for (std::size_t at = 0; at < lines.size();) {
    if (lines[at].kind == LineKind::context) {
      old_before = lines[at].old_line;
      new_before = lines[at].new_line;
      ++at;
      continue;
    }
    Chunk chunk;
    chunk.id = "c" + std::to_string(report.chunks.size() + 1);
    chunk.path = chunk.old_path = change.path();
    chunk.file = file;
    chunk.hunk = hunk;
    chunk.domain = domain;
    chunk.confidence = 0.9;
    chunk.diff_line = lines[at].diff_line;
    for (; at < lines.size() && lines[at].kind != LineKind::context; ++at) {
      (lines[at].kind == LineKind::removed ? chunk.old_lines : chunk.new_lines) += 1;
    }
    chunk.old_start = std::max(0, old_before + (chunk.old_lines > 0 ? 1 : 0));
    chunk.new_start = new_before + (chunk.new_lines > 0 ? 1 : 0);
    report.chunks.push_back(chunk);
  }
}

std::vector<std::string> outline(const SplitBuilder& builder, const SplitPlan& plan) {
  std::map<std::string, std::string> paths;
  for (const Chunk& chunk : builder.report.chunks) {
    paths[chunk.id] = chunk.path;
  }
  std::vector<std::string> rows;
  for (const SplitGroup& group : plan.groups) {
    std::set<std::string> names;
    for (const std::string& id : group.chunks) {
      names.insert(paths.at(id));
    }
    std::string row = group.domain + ":";
    for (const std::string& name : names) {
      row += " " + name;
    }
    rows.push_back(row);
  }
  return rows;
}

} // namespace leadline::test
