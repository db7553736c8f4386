#include "analyzers/settings/key_matches.hpp"

#include "analyzers/settings/pairing.hpp"

#include <functional>
#include <string>

namespace leadline {

KeyMatches::KeyMatches(const std::vector<Setting>& base, const std::vector<Setting>& head) {
  if (base.empty() || head.empty()) {
    return;
  }
  const auto take = [&](const Setting& setting, const Setting* Sides::*side) {
    Sides& sides = m_sides[&setting.key];
    sides.several = sides.several || sides.*side != nullptr;
    sides.*side = &setting;
  };
  for (const Setting& setting : base) {
    take(setting, &Sides::base);
  }
  for (const Setting& setting : head) {
    take(setting, &Sides::head);
  }
}

const Setting* KeyMatches::in_head(const Setting& before) const {
  const Sides* sides = find(before);
  return sides == nullptr ? nullptr : sides->head;
}

const Setting* KeyMatches::in_base(const Setting& after) const {
  const Sides* sides = find(after);
  return sides == nullptr ? nullptr : sides->base;
}

const KeyMatches::Sides* KeyMatches::find(const Setting& setting) const {
  const auto found = m_sides.find(&setting.key);
  const bool one = found != m_sides.end() && !found->second.several && !has_place(setting.key);
  return one ? &found->second : nullptr;
}

std::size_t KeyMatches::Hash::operator()(const KeyPath* key) const {
  std::size_t hash = key->segments.size();
  for (const std::string& segment : key->segments) {
    hash = hash * 1099511628211ULL + std::hash<std::string>{}(segment);
  }
  return hash;
}

} // namespace leadline
