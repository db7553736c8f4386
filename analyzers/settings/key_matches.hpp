#pragma once

#include "analyzers/settings/setting.hpp"

#include <cstddef>
#include <unordered_map>
#include <vector>

namespace leadline {

// Settings of two versions of a file that are one setting beyond doubt: their full path stands
// exactly once in each version, and no part of it is the mere place in a list, which an item that
// is put in shifts.
class KeyMatches {
public:
  KeyMatches() = default;
  // Keeps pointers into both.
  KeyMatches(const std::vector<Setting>& base, const std::vector<Setting>& head);

  // The setting of the other version; nullptr when there is none, or more than one may be meant.
  const Setting* in_head(const Setting& before) const;
  const Setting* in_base(const Setting& after) const;

private:
  struct Sides {
    const Setting* base = nullptr;
    const Setting* head = nullptr;
    bool several = false;
  };
  struct Hash {
    std::size_t operator()(const KeyPath* key) const;
  };
  struct Equal {
    bool operator()(const KeyPath* a, const KeyPath* b) const { return *a == *b; }
  };

  const Sides* find(const Setting& setting) const;

  std::unordered_map<const KeyPath*, Sides, Hash, Equal> m_sides;
};

} // namespace leadline
