#pragma once

#include "analyzers/catalog/catalog.hpp"

#include <span>
#include <string>
#include <vector>

namespace leadline {

// A spelling of a parameter's key that tells its system without any further sign.
struct DistinctiveKey {
  std::string parameter; // id
  std::string key;
};

// What the files of manifests/catalog say, before it is indexed.
struct CatalogRows {
  std::vector<System> systems;       // sorted by id
  std::vector<Parameter> parameters; // sorted by id
  std::vector<DistinctiveKey> distinctive;
};

// Reads "domains.json" and "systems/*.json" (manifests/schema/catalog.schema.json). Throws
// Error(bad_input) with one line for each mistake.
CatalogRows read_catalog_rows(std::span<const EmbeddedFile> files);

// A key with its parents as one word: "resources.limits.memory" is "resourceslimitsmemory", as the
// environment variable RESOURCES_LIMITS_MEMORY is.
std::string joined_key(std::string_view key);

} // namespace leadline
