#include "analyzers/domains/domain_table.hpp"

#include "analyzers/catalog/catalog.hpp"
#include "analyzers/domains/words.hpp"

#include <algorithm>

namespace leadline {
namespace {

constexpr std::size_t k_longest_phrase = 4;
// The name of a program says whose a line is more than what it is about: a log parser, a
// certificate and a pool can all be PgBouncer's.
constexpr double k_name_share = 0.25;

} // namespace

DomainTable::DomainTable(const std::vector<Domain>& built_in, const std::vector<Domain>& own)
    : m_domains(built_in), m_paths({}, GlobCase::insensitive) {
  for (const Domain& domain : own) {
    const std::size_t at = find(domain.id);
    if (at == npos) {
      m_domains.push_back(domain);
    } else {
      m_domains[at] = domain;
    }
  }
  for (std::size_t i = 0; i < m_domains.size(); ++i) {
    const auto add = [&](const std::string& word, double share) {
      std::vector<Row>& rows = m_by_word[normalize_key(word)];
      if (std::none_of(rows.begin(), rows.end(), [&](const Row& row) { return row.domain == i; })) {
        rows.push_back({i, share});
      }
    };
    for (const std::string& word : m_domains[i].words) {
      add(word, 1);
    }
    for (const std::string& name : m_domains[i].names) {
      add(name, k_name_share);
    }
    m_globs.insert(m_globs.end(), m_domains[i].paths.begin(), m_domains[i].paths.end());
    m_glob_domain.resize(m_globs.size(), i);
  }
  m_paths = GlobSet(m_globs, GlobCase::insensitive);
}

std::size_t DomainTable::find(std::string_view id) const {
  for (std::size_t i = 0; i < m_domains.size(); ++i) {
    if (m_domains[i].id == id) {
      return i;
    }
  }
  return npos;
}

std::size_t DomainTable::require(std::string_view id) {
  const std::size_t at = find(id);
  if (at != npos) {
    return at;
  }
  Domain plain;
  plain.id = std::string(id);
  plain.title = plain.id;
  m_domains.push_back(plain);
  return m_domains.size() - 1;
}

std::vector<DomainTable::Hit> DomainTable::hits(std::string_view text) const {
  std::vector<Hit> found;
  const std::vector<std::string> words = split_words(text);
  for (std::size_t i = 0; i < words.size();) {
    std::size_t taken = 1;
    for (std::size_t n = std::min(k_longest_phrase, words.size() - i); n > 0; --n) {
      std::string joined;
      std::string shown;
      for (std::size_t k = i; k < i + n; ++k) {
        joined += words[k];
        shown += (k == i ? "" : "_") + words[k];
      }
      const auto row = m_by_word.find(joined);
      if (row != m_by_word.end()) {
        for (const Row& hit : row->second) {
          found.push_back({hit.domain, static_cast<double>(n) * hit.share, shown});
        }
        taken = n;
        break;
      }
    }
    i += taken;
  }
  return found;
}

std::vector<DomainTable::Hit> DomainTable::path_hits(std::string_view path) const {
  std::vector<Hit> found;
  for (const std::size_t glob : m_paths.matches(path)) {
    if (found.empty() || found.back().domain != m_glob_domain[glob]) {
      found.push_back({m_glob_domain[glob], 1, m_globs[glob]});
    }
  }
  return found;
}

} // namespace leadline
