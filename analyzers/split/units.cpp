#include "analyzers/split/units.hpp"

#include "analyzers/split/disjoint_sets.hpp"
#include "analyzers/split/lock_files.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>
#include <utility>

namespace leadline {
namespace {

constexpr double k_sure = 0.5; // confidence from which a chunk's domain may part it from its file

int lines_of(const Chunk& chunk) { return std::max(1, chunk.old_lines + chunk.new_lines); }

bool comes_or_goes(const FileChange& file) {
  return file.status == FileStatus::added || file.status == FileStatus::removed;
}

// A last line without '\n' ties every changed line at the end of the file.
bool ends_without_newline(const FileChange& file) {
  if (file.hunks.empty()) {
    return false;
  }
  const std::vector<DiffLine>& lines = file.hunks.back().lines;
  return std::any_of(lines.begin(), lines.end(),
                     [](const DiffLine& line) { return line.no_newline; });
}

class Binder {
public:
  Binder(const ChangeSet& changes, const Report& report)
      : m_changes(changes), m_report(report), m_sets(report.chunks.size()) {
    m_of_file.resize(changes.files.size());
    for (std::size_t i = 0; i < report.chunks.size(); ++i) {
      m_of_file.at(report.chunks[i].file).push_back(i);
    }
  }

  void bind_what_git_needs() {
    std::unordered_map<std::string, std::size_t> places; // path -> a file whose entry it is
    for (std::size_t i = 0; i < m_changes.files.size(); ++i) {
      const FileChange& file = m_changes.files[i];
      if (comes_or_goes(file) || file.binary) {
        bind_file(i);
      } else if (ends_without_newline(file)) {
        bind_last_hunk(i);
      }
      if (comes_or_goes(file) || file.status == FileStatus::renamed) {
        bind_place(places, file.old_path, i);
        bind_place(places, file.new_path, i);
      }
    }
    bind_folders(places);
  }

  // The chunks that are bound so.
  std::vector<bool> bind_locks() {
    std::vector<bool> locked(m_report.chunks.size(), false);
    for (const std::vector<std::size_t>& together : locked_chunks(m_changes, m_report.chunks)) {
      for (const std::size_t chunk : together) {
        m_sets.unite(together.front(), chunk);
        locked[chunk] = true;
      }
    }
    return locked;
  }

  std::size_t root(std::size_t chunk) { return m_sets.find(chunk); }

private:
  void bind_file(std::size_t file) {
    for (const std::size_t chunk : m_of_file[file]) {
      m_sets.unite(m_of_file[file].front(), chunk);
    }
  }

  void bind_last_hunk(std::size_t file) {
    const int last = static_cast<int>(m_changes.files[file].hunks.size()) - 1;
    std::size_t first = m_report.chunks.size();
    for (const std::size_t chunk : m_of_file[file]) {
      if (m_report.chunks[chunk].hunk == last) {
        first = std::min(first, chunk);
        m_sets.unite(first, chunk);
      }
    }
  }

  void bind_files(std::size_t a, std::size_t b) {
    if (!m_of_file[a].empty() && !m_of_file[b].empty()) {
      m_sets.unite(m_of_file[a].front(), m_of_file[b].front());
      bind_file(a);
      bind_file(b);
    }
  }

  void bind_place(std::unordered_map<std::string, std::size_t>& places, const std::string& path,
                  std::size_t file) {
    const auto [known, fresh] = places.emplace(path, file);
    if (!fresh && known->second != file) {
      bind_files(known->second, file);
    }
  }

  // "a" and "a/b" cannot both exist: who makes room and who takes it belong together.
  void bind_folders(const std::unordered_map<std::string, std::size_t>& places) {
    for (const auto& [path, file] : places) {
      for (std::size_t slash = path.rfind('/'); slash != std::string::npos && slash > 0;
           slash = path.rfind('/', slash - 1)) {
        const auto folder = places.find(path.substr(0, slash));
        if (folder != places.end()) {
          bind_files(folder->second, file);
        }
      }
    }
  }

  const ChangeSet& m_changes;
  const Report& m_report;
  DisjointSets m_sets;
  std::vector<std::vector<std::size_t>> m_of_file;
};

// The chunks with a line that has a finding of that severity or above.
std::vector<bool> chunks_with(const Report& report, Severity least) {
  std::unordered_map<std::string, std::vector<int>>
      lines; // path -> lines and sides of the findings
  for (const Finding& finding : report.findings) {
    if (finding.severity >= least) {
      lines[finding.path].push_back(finding.line * 2 + (finding.side == Side::head ? 1 : 0));
    }
  }
  std::vector<bool> found_in(report.chunks.size(), false);
  for (std::size_t i = 0; i < report.chunks.size(); ++i) {
    const Chunk& chunk = report.chunks[i];
    const auto found = lines.find(chunk.path);
    if (found == lines.end()) {
      continue;
    }
    found_in[i] = std::any_of(found->second.begin(), found->second.end(), [&](int key) {
      const int line = key / 2;
      return key % 2 == 1 ? line >= chunk.new_start && line < chunk.new_start + chunk.new_lines
                          : line >= chunk.old_start && line < chunk.old_start + chunk.old_lines;
    });
  }
  return found_in;
}

} // namespace

std::vector<SplitUnit> make_units(const ChangeSet& changes, const Report& report) {
  const std::vector<bool> at_stake = chunks_with(report, Severity::high);
  const std::vector<bool> found_in = chunks_with(report, Severity::low);
  Binder binder(changes, report);
  binder.bind_what_git_needs();
  const std::vector<bool> locked = binder.bind_locks();

  std::unordered_map<std::size_t, std::size_t> unit_of; // root -> unit
  std::vector<SplitUnit> units;
  // Per unit and domain: lines to be read, then those of noise.
  std::vector<std::map<std::string, std::pair<int, int>>> domain_lines;
  for (std::size_t i = 0; i < report.chunks.size(); ++i) {
    const auto [known, fresh] = unit_of.emplace(binder.root(i), units.size());
    if (fresh) {
      units.emplace_back();
      units.back().file = report.chunks[i].file;
      domain_lines.emplace_back();
    }
    SplitUnit& unit = units[known->second];
    const bool read = !report.chunks[i].noise;
    if (read && std::all_of(unit.chunks.begin(), unit.chunks.end(),
                            [&](std::size_t chunk) { return report.chunks[chunk].noise; })) {
      unit.file = report.chunks[i].file;
    }
    unit.chunks.push_back(i);
    unit.has_finding = unit.has_finding || found_in[i];
    unit.locked = unit.locked || locked[i];
    unit.at_stake = unit.at_stake || at_stake[i];
    unit.lines += lines_of(report.chunks[i]);
    unit.sure =
        unit.sure || (report.chunks[i].confidence >= k_sure && !report.chunks[i].whole_file());
    auto& [to_read, noise] = domain_lines[known->second][report.chunks[i].domain];
    (read ? to_read : noise) += lines_of(report.chunks[i]);
  }
  for (std::size_t i = 0; i < units.size(); ++i) {
    units[i].domain =
        std::max_element(domain_lines[i].begin(), domain_lines[i].end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; })
            ->first;
  }
  return units;
}

} // namespace leadline
