#include "analyzers/risk/relation_rules.hpp"

#include <fmt/format.h>

#include <map>

namespace leadline {

// One key twice with different values; the program takes one of them, rarely the one that was
// meant.
void find_duplicates(const RelationFile& file, std::vector<Relation>& found) {
  if (file.repeats) {
    return;
  }
  const auto count = [](const std::vector<Setting>& settings) {
    std::map<std::string, std::vector<const Setting*>> by_key;
    for (const Setting& setting : settings) {
      by_key[setting.key.text()].push_back(&setting);
    }
    return by_key;
  };
  const auto after = count(file.new_settings);
  const auto before = count(file.old_settings);
  for (const SettingChange* change : file.changes) {
    const std::string key = change->new_setting->key.text();
    const auto now = after.find(key);
    const auto then = before.find(key);
    // Items of a list may share a name.
    if (key.find('[') != std::string::npos || now == after.end() || now->second.size() < 2 ||
        (then != before.end() && then->second.size() > 1)) {
      continue;
    }
    for (const Setting* other : now->second) {
      if (other->first_line != change->new_setting->first_line &&
          other->value != change->new_setting->value) {
        found.push_back(make_relation(
            *change, "duplicate.key", 1.6,
            fmt::format("the same key stands in line {} with another value", other->first_line),
            "Most readers take the last one and say nothing; which one this program takes decides.",
            "Delete one of the two."));
        break;
      }
    }
  }
}

} // namespace leadline
