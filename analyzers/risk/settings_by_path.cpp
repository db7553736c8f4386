#include "analyzers/risk/settings_by_path.hpp"

#include "analyzers/catalog/catalog.hpp"
#include "analyzers/catalog/key_parts.hpp"
#include "analyzers/domains/words.hpp"
#include "analyzers/risk/subject.hpp"

namespace leadline {
namespace {

// Heaps and memory limits of one file that are held against each other.
constexpr std::size_t k_most_heaps = 64;

std::string text_of(const Segments& segments) {
  std::string text;
  for (const std::string& segment : segments) {
    text += segment;
    text += '\n';
  }
  return text;
}

std::string name_of(const Segments& segments, std::string_view leaf) {
  Segments parents = segments;
  if (!parents.empty()) {
    parents.pop_back();
  }
  return text_of(parents) + normalize_key(leaf);
}

} // namespace

SettingsByPath::SettingsByPath(const std::vector<Setting>& settings) {
  for (const Setting& setting : settings) {
    m_by_path[text_of(setting.key.segments)] = &setting;
    m_by_name[name_of(setting.key.segments, setting.key.leaf())] = &setting;
    if (is_memory_limit(setting) && limits.size() < k_most_heaps) {
      limits.push_back(&setting);
    } else if (is_heap(setting) && heaps.size() < k_most_heaps) {
      heaps.push_back(&setting);
    }
  }
}

const Setting* SettingsByPath::at(const Segments& segments) const {
  const auto found = m_by_path.find(text_of(segments));
  return found == m_by_path.end() ? nullptr : found->second;
}

const Setting* SettingsByPath::beside(const Segments& segments, std::string_view leaf) const {
  const auto found = m_by_name.find(name_of(segments, leaf));
  return found == m_by_name.end() ? nullptr : found->second;
}

bool SettingsByPath::any_below(const Segments& prefix) const { return !below(prefix, 1).empty(); }

std::vector<const Setting*> SettingsByPath::below(const Segments& prefix, std::size_t most) const {
  const std::string text = text_of(prefix);
  std::vector<const Setting*> found;
  for (auto at = m_by_path.lower_bound(text);
       at != m_by_path.end() && at->first.starts_with(text) && found.size() < most; ++at) {
    found.push_back(at->second);
  }
  return found;
}

std::string SettingsByPath::value(const Segments& segments) const {
  const Setting* setting = at(segments);
  return setting == nullptr ? "" : setting->value;
}

std::optional<Quantity> SettingsByPath::quantity(const Segments& segments,
                                                 std::string_view unit) const {
  const Setting* setting = at(segments);
  return setting == nullptr ? std::nullopt : value_of(*setting, unit);
}

std::optional<bool> SettingsByPath::is_above(const Segments& left, const Segments& right,
                                             std::string_view unit) const {
  const auto a = quantity(left, unit);
  const auto b = quantity(right, unit);
  if (!a || !b || a->dimension != b->dimension || a->value < 0 || b->value < 0) {
    return std::nullopt;
  }
  return a->value > b->value;
}

std::optional<Quantity> SettingsByPath::value_of(const Setting& setting, std::string_view unit) {
  const std::optional<std::string> literal = literal_of(setting.value);
  return literal ? parse_quantity(*literal, unit) : std::nullopt;
}

std::string leaf_of(const Setting& setting) { return spaced_words(key_parts(setting.key).leaf); }

bool is_heap(const Setting& setting) {
  const std::string leaf = leaf_of(setting);
  return leaf == " xmx " || has_phrase(leaf, "max heap") || has_phrase(leaf, "heap size") ||
         has_phrase(leaf, "max old space size");
}

bool is_memory_limit(const Setting& setting) {
  const std::vector<std::string>& segments = setting.key.segments;
  const bool kubernetes = segments.size() >= 2 && segments.back() == "memory" &&
                          segments[segments.size() - 2] == "limits";
  const std::string leaf = kubernetes ? std::string() : leaf_of(setting);
  return kubernetes || leaf == " mem limit " || leaf == " memory max "; // Compose, systemd
}

} // namespace leadline
