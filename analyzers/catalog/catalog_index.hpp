#pragma once

#include "analyzers/catalog/catalog.hpp"
#include "base/glob.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace leadline {

// One spelling of one parameter, or one place in a system's lists.
struct Spelling {
  std::size_t parameter = 0; // index in Catalog::parameters()
  bool distinctive = false;
};

// A file name pattern of a system.
struct FilePattern {
  std::size_t system = 0; // index in Catalog::systems()
  int specificity = 0;    // glob_specificity
};

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const {
    return std::hash<std::string_view>{}(text);
  }
};
template <typename T>
using ByText = std::unordered_map<std::string, std::vector<T>, TextHash, std::equal_to<>>;

// What lookups need; keys are joined_key()s.
struct CatalogIndex {
  ByText<Spelling> spellings;
  ByText<std::size_t> sections; // -> systems
  ByText<std::size_t> images;   // -> systems
  std::size_t longest_key = 0;  // bytes of the longest spelling
  GlobSet files;
  std::vector<FilePattern> patterns;          // of `files`, by index
  std::vector<std::size_t> parameter_systems; // parameter -> system
  std::vector<std::vector<std::string>> code; // system -> extensions of its languages
};

} // namespace leadline
