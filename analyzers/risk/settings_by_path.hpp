#pragma once

#include "analyzers/risk/quantity.hpp"
#include "analyzers/settings/setting.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include <vector>

namespace leadline {

using Segments = std::vector<std::string>; // of a KeyPath

// The settings of one version of a file by their whole key path; of several with one key the last.
// Keeps pointers into the list that it was made from.
class SettingsByPath {
public:
  explicit SettingsByPath(const std::vector<Setting>& settings);

  const Setting* at(const Segments& segments) const; // nullptr when absent
  // In the same mapping as `segments`, with this last part in any spelling (normalize_key).
  const Setting* beside(const Segments& segments, std::string_view leaf) const;
  bool any_below(const Segments& prefix) const; // or right there
  // The first of them, by their paths; at most `most`.
  std::vector<const Setting*> below(const Segments& prefix, std::size_t most) const;
  // The value there without quotes, templates by their default; "" when absent.
  std::string value(const Segments& segments) const;
  std::optional<Quantity> quantity(const Segments& segments, std::string_view unit) const;
  // "left above right"; nullopt when one is absent, negative, or they do not compare.
  std::optional<bool> is_above(const Segments& left, const Segments& right,
                               std::string_view unit) const;

  static std::optional<Quantity> value_of(const Setting& setting, std::string_view unit);

  std::vector<const Setting*> heaps;  // heap sizes, a bounded number
  std::vector<const Setting*> limits; // memory limits of containers, a bounded number

private:
  std::unordered_map<std::string, const Setting*> m_by_name;    // parents, normalised last part
  std::map<std::string, const Setting*, std::less<>> m_by_path; // segments, each ended by '\n'
};

// The last part of the key as spaced words (analyzers/domains/words.hpp).
std::string leaf_of(const Setting& setting);
bool is_heap(const Setting& setting);
bool is_memory_limit(const Setting& setting);

} // namespace leadline
