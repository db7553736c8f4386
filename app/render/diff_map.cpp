#include "app/render/diff_map.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <map>
#include <set>

namespace leadline {
namespace {

constexpr std::string_view k_more_letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

char free_letter(std::string_view name, std::set<char>& taken) {
  std::string wanted;
  for (const char c : name) {
    if (c >= 'a' && c <= 'z') {
      wanted += static_cast<char>(c - 'a' + 'A');
    } else if (c >= 'A' && c <= 'Z') {
      wanted += c;
    }
  }
  wanted += k_more_letters;
  for (const char c : wanted) {
    if (taken.insert(c).second) {
      return c;
    }
  }
  return '?';
}

std::vector<DiffMap::Domain> domains_of(const Report& report) {
  std::map<std::string, int> lines;
  for (const Chunk& chunk : report.chunks) {
    lines[chunk.domain] += chunk.old_lines + chunk.new_lines;
  }
  std::vector<DiffMap::Domain> domains;
  for (const auto& [name, count] : lines) {
    domains.push_back({name, '?', count});
  }
  std::stable_sort(domains.begin(), domains.end(),
                   [](const DiffMap::Domain& a, const DiffMap::Domain& b) {
                     return a.changed_lines > b.changed_lines;
                   });
  std::set<char> taken;
  for (DiffMap::Domain& domain : domains) {
    domain.letter = free_letter(domain.name, taken);
  }
  return domains;
}

int index_of(const std::vector<DiffMap::Domain>& domains, const std::string& name) {
  for (std::size_t i = 0; i < domains.size(); ++i) {
    if (domains[i].name == name) {
      return static_cast<int>(i);
    }
  }
  return -1;
}

} // namespace

DiffMap map_of(const Report& report, int width) {
  DiffMap map;
  const int lines = report.stats.diff_lines;
  if (lines <= 0 || width <= 0 || report.chunks.empty()) {
    return map;
  }
  const int count = std::min(width, lines);
  map.lines_per_cell = static_cast<double>(lines) / count;
  map.cells.resize(static_cast<std::size_t>(count));
  map.domains = domains_of(report);
  const auto cell_of = [&](int diff_line) {
    const long cell = (static_cast<long>(diff_line) - 1) * count / lines;
    return static_cast<std::size_t>(std::clamp<long>(cell, 0, count - 1));
  };

  std::vector<std::map<int, int>> votes(map.cells.size()); // by domain: changed lines
  for (const Chunk& chunk : report.chunks) {
    const int domain = index_of(map.domains, chunk.domain);
    const int changed = std::max(1, chunk.old_lines + chunk.new_lines);
    for (int line = chunk.diff_line; line < chunk.diff_line + changed && line <= lines; ++line) {
      ++votes[cell_of(line)][domain];
    }
  }
  for (std::size_t i = 0; i < map.cells.size(); ++i) {
    const auto most =
        std::max_element(votes[i].begin(), votes[i].end(),
                         [](const auto& a, const auto& b) { return a.second < b.second; });
    map.cells[i].domain = most == votes[i].end() ? -1 : most->first;
  }
  for (std::size_t i = report.findings.size(); i-- > 0;) { // the most urgent comes last and stays
    const Finding& finding = report.findings[i];
    if (finding.diff_line > 0 && finding.diff_line <= lines) {
      DiffMap::Cell& cell = map.cells[cell_of(finding.diff_line)];
      cell.finding = static_cast<int>(i);
      if (const int domain = index_of(map.domains, finding.domain); domain >= 0) {
        cell.domain = domain;
      }
    }
  }
  return map;
}

} // namespace leadline
