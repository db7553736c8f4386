#pragma once

#include "analyzers/catalog/domains.hpp"
#include "base/glob.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace leadline {

// The domains in force: the built-in ones, replaced by id and added to by a repository's own.
class DomainTable {
public:
  DomainTable(const std::vector<Domain>& built_in, const std::vector<Domain>& own);

  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  std::size_t find(std::string_view id) const;
  // find(), and where the id is unknown (a catalogue row of a newer version) a plain domain of that
  // name.
  std::size_t require(std::string_view id);
  const Domain& at(std::size_t index) const { return m_domains[index]; }
  std::size_t size() const { return m_domains.size(); }

  struct Hit {
    std::size_t domain;
    double weight;     // 1 for one word, 2 for two that belong together, ...; less for a name
    std::string words; // as in the text, joined with '_'
  };
  // Domains that the words of `text` speak for: words that stand side by side are tried together,
  // the longest first. Time is linear in the text.
  std::vector<Hit> hits(std::string_view text) const;
  // Domains whose globs match the path, with the glob.
  std::vector<Hit> path_hits(std::string_view path) const;

private:
  std::vector<Domain> m_domains;
  struct Row {
    std::size_t domain;
    double share; // of a hit's weight
  };
  std::unordered_map<std::string, std::vector<Row>> m_by_word; // normalised
  std::vector<std::string> m_globs;
  std::vector<std::size_t> m_glob_domain; // of each glob
  GlobSet m_paths;
};

} // namespace leadline
