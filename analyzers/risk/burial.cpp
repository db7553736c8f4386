#include "analyzers/risk/burial.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace leadline {
namespace {

// Weights of the parts; they add up to 1.
constexpr double k_lonely = 0.40;
constexpr double k_order = 0.25;
constexpr double k_place = 0.15;
constexpr double k_noise = 0.20;
// So many other changed lines hide a line about as well as any number does: half of the size part
// at 120.
constexpr double k_half_size = 120;

// 2,496: as the outputs for people show it.
std::string grouped(int number) {
  std::string text = std::to_string(number);
  for (std::size_t at = text.size(); at > 3;) {
    at -= 3;
    text.insert(at, ",");
  }
  return text;
}

double rounded(double value) { return std::round(value * 1000) / 1000; }

} // namespace

BurialMap::BurialMap(const ChangeSet& changes, const std::vector<Chunk>& chunks)
    : m_diff_lines(changes.diff_lines), m_files(changes.files.size()),
      m_changed_in_file(changes.files.size(), 0) {
  std::map<std::string, int> by_domain;
  for (const Chunk& chunk : chunks) {
    const int lines = chunk.old_lines + chunk.new_lines;
    m_changed += lines;
    m_noise += chunk.noise ? lines : 0;
    m_changed_in_file[chunk.file] += lines;
    by_domain[chunk.domain] += lines;
  }
  m_by_domain.assign(by_domain.begin(), by_domain.end());
}

Burial BurialMap::of(const std::string& domain, std::size_t file, int diff_line) const {
  Burial burial;
  burial.diff_line = diff_line;
  burial.diff_lines = m_diff_lines;
  const auto row = std::lower_bound(
      m_by_domain.begin(), m_by_domain.end(), domain,
      [](const auto& entry, const std::string& name) { return entry.first < name; });
  burial.same_domain_lines = row != m_by_domain.end() && row->first == domain ? row->second : 0;
  burial.other_lines = m_changed - burial.same_domain_lines;
  if (m_changed == 0) {
    return burial;
  }
  const double changed = m_changed;
  // Nothing is hidden in a small change, whatever surrounds it.
  const double size = changed / (changed + k_half_size);
  const double lonely = static_cast<double>(burial.other_lines) / changed;
  const double order =
      m_files > 1 ? static_cast<double>(file) / static_cast<double>(m_files - 1) : 0;
  const double place =
      m_diff_lines > 0
          ? std::min(1.0, static_cast<double>(diff_line) / static_cast<double>(m_diff_lines))
          : 0;
  const double noise = static_cast<double>(m_noise) / changed;
  burial.score =
      rounded(size * (k_lonely * lonely + k_order * order + k_place * place + k_noise * noise));
  return burial;
}

std::string BurialMap::describe(const Burial& burial, std::size_t file, std::size_t files,
                                const std::string& domain) {
  const int changed = burial.same_domain_lines + burial.other_lines;
  std::string text = fmt::format("it is line {} of {} of the diff", grouped(burial.diff_line),
                                 grouped(burial.diff_lines));
  if (files > 1) {
    text += fmt::format(", in file {} of {}", file + 1, files);
  }
  if (burial.other_lines > 0) {
    std::string about = domain;
    std::replace(about.begin(), about.end(), '-', ' ');
    text += fmt::format(", and {}{} of {} changed lines {} about {}",
                        2 * burial.same_domain_lines < changed ? "only " : "",
                        grouped(burial.same_domain_lines), grouped(changed),
                        burial.same_domain_lines == 1 ? "is" : "are", about);
  }
  return text;
}

} // namespace leadline
