#include "analyzers/catalog/catalog.hpp"

#include "analyzers/catalog/catalog_files.hpp"
#include "analyzers/catalog/catalog_index.hpp"
#include "analyzers/catalog/catalog_rows.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <map>

namespace leadline {
namespace {

template <typename Row>
const Row* row_with_id(std::span<const Row> rows, std::string_view id) {
  const auto at =
      std::lower_bound(rows.begin(), rows.end(), id,
                       [](const Row& row, std::string_view wanted) { return row.id < wanted; });
  return at != rows.end() && at->id == id ? &*at : nullptr;
}

CatalogIndex index_of(const CatalogRows& rows) {
  std::map<std::string, std::size_t> system_at;
  std::vector<std::string> globs;
  std::vector<FilePattern> patterns;
  for (std::size_t i = 0; i < rows.systems.size(); ++i) {
    system_at[rows.systems[i].id] = i;
    for (const std::string& glob : rows.systems[i].files) {
      globs.push_back(glob);
      patterns.push_back({i, glob_specificity(glob)});
    }
  }
  CatalogIndex index{{}, {}, {}, 0, GlobSet(globs, GlobCase::insensitive), std::move(patterns),
                     {}, {}};
  for (std::size_t i = 0; i < rows.systems.size(); ++i) {
    index.code.push_back(rows.systems[i].code);
    for (const std::string& section : rows.systems[i].sections) {
      index.sections[joined_key(section)].push_back(i);
    }
    for (const std::string& image : rows.systems[i].images) {
      index.images[joined_key(image)].push_back(i);
    }
  }
  std::map<std::string, std::size_t> parameter_at;
  for (std::size_t i = 0; i < rows.parameters.size(); ++i) {
    parameter_at[rows.parameters[i].id] = i;
    index.parameter_systems.push_back(system_at.at(rows.parameters[i].system));
    for (const std::string& key : rows.parameters[i].keys) {
      const std::string joined = joined_key(key);
      index.longest_key = std::max(index.longest_key, joined.size());
      index.spellings[joined].push_back({i, false});
    }
  }
  for (const DistinctiveKey& distinctive : rows.distinctive) {
    const std::size_t parameter = parameter_at.at(distinctive.parameter);
    for (Spelling& spelling : index.spellings[joined_key(distinctive.key)]) {
      spelling.distinctive = spelling.distinctive || spelling.parameter == parameter;
    }
  }
  return index;
}

} // namespace

Catalog Catalog::load(std::span<const EmbeddedFile> files) {
  CatalogRows rows = read_catalog_rows(files);
  Catalog catalog;
  catalog.m_index = std::make_shared<const CatalogIndex>(index_of(rows));
  catalog.m_systems = std::move(rows.systems);
  catalog.m_parameters = std::move(rows.parameters);
  return catalog;
}

const Catalog& Catalog::built_in() {
  static const Catalog catalog = load(catalog_files());
  return catalog;
}

const Parameter* Catalog::find_by_id(std::string_view id) const {
  return row_with_id(parameters(), id);
}

std::vector<const Parameter*> Catalog::find_by_key(std::string_view key) const {
  std::vector<const Parameter*> found;
  if (const Parameter* parameter = find_by_id(key)) {
    found.push_back(parameter);
  }
  const auto at = m_index->spellings.find(joined_key(key));
  if (at != m_index->spellings.end()) {
    for (const Spelling& spelling : at->second) {
      const Parameter* parameter = &m_parameters[spelling.parameter];
      if (std::find(found.begin(), found.end(), parameter) == found.end()) {
        found.push_back(parameter);
      }
    }
  }
  std::sort(found.begin(), found.end(),
            [](const Parameter* a, const Parameter* b) { return a->id < b->id; });
  return found;
}

const System* Catalog::system(std::string_view id) const { return row_with_id(systems(), id); }

const System* Catalog::system_of_path(std::string_view path) const {
  const FilePattern* best = nullptr;
  for (const std::size_t pattern : m_index->files.matches(path)) {
    const FilePattern& candidate = m_index->patterns[pattern];
    if (best == nullptr || candidate.specificity > best->specificity) {
      best = &candidate;
    }
  }
  return best == nullptr ? nullptr : &m_systems[best->system];
}

std::string normalize_key(std::string_view key) {
  std::string normalized = to_lower(key);
  normalized.erase(std::remove_if(normalized.begin(), normalized.end(),
                                  [](char c) { return c == '-' || c == '_' || c == ' '; }),
                   normalized.end());
  return normalized;
}

} // namespace leadline
